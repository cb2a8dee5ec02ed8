using System.Runtime.InteropServices;

namespace VRouter.Io.Linux;

/// <content>Signals to other processes.</content>
public static partial class Libc
{
#pragma warning disable CS1591, CA1707 // C names; their meaning is in the man pages.
    public const int SIGKILL = 9;
    public const int SIGTERM = 15;
    public const int SIGCONT = 18;
    public const int SIGSTOP = 19;
#pragma warning restore CS1591, CA1707

    /// <summary>kill(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int kill(int pid, int signal);
}
