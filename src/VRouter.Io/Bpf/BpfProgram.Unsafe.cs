using System.Runtime.InteropServices;
using System.Text;
using VRouter.Io.Linux;

namespace VRouter.Io.Bpf;

/// <summary>A program that the kernel has verified. It lives as long as this object or a link that runs it.</summary>
public sealed unsafe class BpfProgram : IDisposable
{
    private const int LogSize = 1 << 16;
    private const int LogLines = 3;

    private readonly FileDescriptor descriptor;

    private BpfProgram(FileDescriptor descriptor) => this.descriptor = descriptor;

    /// <summary>For <see cref="BpfLink"/>.</summary>
    public int Descriptor => descriptor.Number;

    /// <summary>Loads an XDP program.</summary>
    /// <param name="name">A name of up to 15 letters, digits and underscores, which bpftool shows.</param>
    /// <param name="instructions">What <see cref="BpfAssembler.Assemble"/> made.</param>
    /// <returns>The program, or the kernel's reason with the end of its verifier's log: EPERM without CAP_BPF and CAP_NET_ADMIN.</returns>
    public static Result<BpfProgram> LoadXdp(string name, ReadOnlySpan<byte> instructions) => Load(Libc.BPF_PROG_TYPE_XDP, name, instructions);

    /// <summary>Loads a program for packets that an interface sends, as <see cref="LoadXdp"/>.</summary>
    public static Result<BpfProgram> LoadEgress(string name, ReadOnlySpan<byte> instructions) => Load(Libc.BPF_PROG_TYPE_SCHED_CLS, name, instructions);

    /// <summary>Loads a socket filter, which sees a packet from its Ethernet header. Arguments and result are those of <see cref="LoadXdp"/>.</summary>
    public static Result<BpfProgram> LoadSocketFilter(string name, ReadOnlySpan<byte> instructions) => Load(Libc.BPF_PROG_TYPE_SOCKET_FILTER, name, instructions);

    /// <inheritdoc/>
    public void Dispose() => descriptor.Dispose();

    /// <summary>What to do about the error of the last call of bpf(2), or null.</summary>
    internal static string? HintOf(int result) =>
        result < 0 && Errno.Last == Errno.EPERM ? "it needs the capabilities CAP_BPF and CAP_NET_ADMIN" : null;

    private static Result<BpfProgram> Load(int type, string name, ReadOnlySpan<byte> instructions)
    {
        var log = (byte*)NativeMemory.AllocZeroed(LogSize);
        var license = stackalloc byte[] { (byte)'A', (byte)'p', (byte)'a', (byte)'c', (byte)'h', (byte)'e', (byte)'-', (byte)'2', (byte)'.', (byte)'0', 0 };
        try
        {
            fixed (byte* code = instructions)
            {
                var attributes = new LoadAttributes
                {
                    Type = (uint)type,
                    Count = (uint)(instructions.Length / 8),
                    Instructions = (ulong)code,
                    License = (ulong)license,
                };
                Encoding.ASCII.GetBytes(name, attributes.Name);
                var number = Libc.bpf(Libc.BPF_PROG_LOAD, &attributes, (uint)sizeof(LoadAttributes));
                if (number < 0 && Errno.Last is var refused && refused != Errno.EPERM)
                {
                    // Once more, for the reason: a log that is asked for at once costs every load, and fails it where it does not fit.
                    attributes.LogLevel = 1;
                    attributes.LogSize = LogSize;
                    attributes.Log = (ulong)log;
                    number = Libc.bpf(Libc.BPF_PROG_LOAD, &attributes, (uint)sizeof(LoadAttributes));
                }

                return FileDescriptor.FromCall(number, $"bpf(load {name})", HintOf(number) ?? EndOf(log)).TryGet(out var opened, out var error)
                    ? new BpfProgram(opened) : error;
            }
        }
        finally
        {
            NativeMemory.Free(log);
        }
    }

    private static string? EndOf(byte* log)
    {
        var lines = Marshal.PtrToStringUTF8((nint)log)!.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.Length == 0 ? null : "the verifier says: " + string.Join(" / ", lines.TakeLast(LogLines));
    }

    // The member of union bpf_attr for BPF_PROG_LOAD, as far as it is used.
    [StructLayout(LayoutKind.Sequential)]
    private struct LoadAttributes
    {
        public uint Type;
        public uint Count;
        public ulong Instructions;
        public ulong License;
        public uint LogLevel;
        public uint LogSize;
        public ulong Log;
        public uint KernelVersion;
        public uint Flags;
        public ProgramName Name;
    }

    [System.Runtime.CompilerServices.InlineArray(16)]
    private struct ProgramName
    {
        private byte first;
    }
}
