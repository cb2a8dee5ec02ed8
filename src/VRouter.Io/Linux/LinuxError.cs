namespace VRouter.Io.Linux;

/// <summary>What failed, why, and what that means for the person who asked for it.</summary>
/// <param name="Operation">The call and its subject, as "bind(eth0)".</param>
/// <param name="Errno">The kernel's reason.</param>
/// <param name="Detail">A sentence more, such as the kernel's extended acknowledgement or what to do, or null.</param>
public readonly record struct LinuxError(string Operation, Errno Errno, string? Detail = null)
{
    /// <summary>The error of the last failed libc call on this thread.</summary>
    public static LinuxError Last(string operation, string? detail = null) => new(operation, Errno.Last, detail);

    /// <summary>As "bind(eth0): ENODEV (No such device); there is no interface of that name".</summary>
    public override string ToString() =>
        Detail is null ? $"{Operation}: {Errno}" : $"{Operation}: {Errno}; {Detail}";
}
