using System.Runtime.InteropServices;
using VRouter.Io.Linux;

namespace VRouter.Io.Bpf;

/// <summary>A map of the kernel that programs and this process share. It lives as long as this object or a program that uses it.</summary>
/// <remarks>Keys are given as a number, of whose bytes in memory the map's key size are the key; values have 32 bits.</remarks>
public sealed unsafe class BpfMap : IDisposable
{
    private readonly FileDescriptor descriptor;

    private BpfMap(FileDescriptor descriptor) => this.descriptor = descriptor;

    /// <summary>For <see cref="BpfAssembler.LoadMap"/>.</summary>
    public int Descriptor => descriptor.Number;

    /// <summary>Makes a map.</summary>
    /// <param name="type">BPF_MAP_TYPE_*.</param>
    /// <param name="keySize">Bytes of a key, at most 8.</param>
    /// <param name="capacity">The most entries.</param>
    /// <param name="flags">BPF_F_*.</param>
    public static Result<BpfMap> Create(int type, int keySize, int capacity, uint flags = 0)
    {
        var attributes = new CreateAttributes
        {
            Type = (uint)type,
            KeySize = (uint)keySize,
            ValueSize = sizeof(uint),
            Capacity = (uint)capacity,
            Flags = flags,
        };
        var number = Libc.bpf(Libc.BPF_MAP_CREATE, &attributes, (uint)sizeof(CreateAttributes));
        return FileDescriptor.FromCall(number, "bpf(map)", BpfProgram.HintOf(number)).TryGet(out var opened, out var error) ? new BpfMap(opened) : error;
    }

    /// <summary>Sets an entry, there or not; null is success.</summary>
    public LinuxError? Set(ulong key, uint value)
    {
        var attributes = new ElementAttributes { Map = Descriptor, Key = (ulong)&key, Value = (ulong)&value };
        return Libc.bpf(Libc.BPF_MAP_UPDATE_ELEM, &attributes, (uint)sizeof(ElementAttributes)) < 0 ? LinuxError.Last("bpf(map update)") : null;
    }

    /// <summary>Removes an entry, which need not be there; null is success.</summary>
    public LinuxError? Remove(ulong key)
    {
        var attributes = new ElementAttributes { Map = Descriptor, Key = (ulong)&key };
        return Libc.bpf(Libc.BPF_MAP_DELETE_ELEM, &attributes, (uint)sizeof(ElementAttributes)) < 0 && Errno.Last != Errno.ENOENT
            ? LinuxError.Last("bpf(map delete)") : null;
    }

    /// <inheritdoc/>
    public void Dispose() => descriptor.Dispose();

    // The member of union bpf_attr for BPF_MAP_CREATE, as far as it is used.
    [StructLayout(LayoutKind.Sequential)]
    private struct CreateAttributes
    {
        public uint Type;
        public uint KeySize;
        public uint ValueSize;
        public uint Capacity;
        public uint Flags;
    }

    // The member for BPF_MAP_*_ELEM.
    [StructLayout(LayoutKind.Sequential)]
    private struct ElementAttributes
    {
        public int Map;
        private readonly uint padding;
        public ulong Key;
        public ulong Value;
        public ulong Flags;
    }
}
