using System.Runtime.InteropServices;
using VRouter.Io.Linux;

namespace VRouter.Io.Bpf;

/// <summary>
/// Runs a program on an interface. The program leaves the interface when the link is disposed of, or when the process ends in whatever way; with the
/// interface the link loses its effect.
/// </summary>
public sealed unsafe class BpfLink : IDisposable
{
    private readonly FileDescriptor descriptor;

    private BpfLink(FileDescriptor descriptor, bool isNative)
    {
        this.descriptor = descriptor;
        IsNative = isNative;
    }

    /// <summary>True if the interface's driver runs an XDP program, false if the kernel's generic code does, on finished socket buffers.</summary>
    public bool IsNative { get; }

    /// <summary>Attaches a program to an interface of the calling thread's network namespace.</summary>
    /// <param name="program">The program.</param>
    /// <param name="interfaceIndex">The interface.</param>
    /// <param name="isNative">The mode.</param>
    /// <returns>The link, or why not: EBUSY if another program is there, EOPNOTSUPP if the driver knows no native mode.</returns>
    public static Result<BpfLink> AttachXdp(BpfProgram program, int interfaceIndex, bool isNative)
    {
        var attributes = new CreateAttributes
        {
            Program = program.Descriptor,
            Target = interfaceIndex,
            AttachType = Libc.BPF_XDP,
            Flags = isNative ? Libc.XDP_FLAGS_DRV_MODE : Libc.XDP_FLAGS_SKB_MODE,
        };
        var number = Libc.bpf(Libc.BPF_LINK_CREATE, &attributes, (uint)sizeof(CreateAttributes));
        var detail = BpfProgram.HintOf(number)
            ?? (number < 0 && (Errno.Last == Errno.EBUSY || Errno.Last == Errno.EEXIST) ? "another XDP program is on the interface: another router, or another tool's" : null);
        return FileDescriptor.FromCall(number, $"bpf(attach XDP, {(isNative ? "native" : "generic")})", detail).TryGet(out var opened, out var error)
            ? new BpfLink(opened, isNative) : error;
    }

    /// <summary>
    /// Attaches a program of <see cref="BpfProgram.LoadEgress"/> to what an interface of the calling thread's network namespace sends through its queueing discipline, or would if it
    /// had one. It runs before those that are there already.
    /// </summary>
    /// <returns>The link, or why not: EINVAL before Linux 6.6.</returns>
    public static Result<BpfLink> AttachEgress(BpfProgram program, int interfaceIndex)
    {
        var attributes = new CreateAttributes
        {
            Program = program.Descriptor,
            Target = interfaceIndex,
            AttachType = Libc.BPF_TCX_EGRESS,
            Flags = Libc.BPF_F_BEFORE,
        };
        var number = Libc.bpf(Libc.BPF_LINK_CREATE, &attributes, (uint)sizeof(CreateAttributes));
        var detail = BpfProgram.HintOf(number) ?? (number < 0 && Errno.Last == Errno.EINVAL ? "the kernel knows no such link; Linux 6.6 and later do" : null);
        return FileDescriptor.FromCall(number, "bpf(attach at egress)", detail).TryGet(out var opened, out var error) ? new BpfLink(opened, isNative: false) : error;
    }

    /// <summary>Puts another program in the place of the one that runs, without a moment in which neither does; null is success.</summary>
    public LinuxError? Replace(BpfProgram program)
    {
        var attributes = new UpdateAttributes { Link = descriptor.Number, Program = program.Descriptor };
        return Libc.bpf(Libc.BPF_LINK_UPDATE, &attributes, (uint)sizeof(UpdateAttributes)) < 0 ? LinuxError.Last("bpf(replace XDP program)") : null;
    }

    /// <inheritdoc/>
    public void Dispose() => descriptor.Dispose();

    // The members of union bpf_attr for BPF_LINK_CREATE and BPF_LINK_UPDATE, as far as they are used.
    [StructLayout(LayoutKind.Sequential)]
    private struct CreateAttributes
    {
        public int Program;
        public int Target;
        public uint AttachType;
        public uint Flags;
        public uint RelativeTo;
        private readonly uint padding;
        public ulong ExpectedRevision;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct UpdateAttributes
    {
        public int Link;
        public int Program;
        public uint Flags;
        public uint OldProgram;
    }
}
