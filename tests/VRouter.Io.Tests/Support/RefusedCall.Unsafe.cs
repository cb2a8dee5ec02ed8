using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using VRouter.Io.Linux;

namespace VRouter.Io.Tests.Support;

/// <summary>
/// A system call that the kernel refuses, as an older kernel or one without rights would: for one thread, and those that it starts, by a seccomp(2) filter that ends with them.
/// </summary>
/// <param name="Name">For people.</param>
/// <param name="Number">The call.</param>
/// <param name="Argument">Which of its arguments tells the case, from 0.</param>
/// <param name="Value">The argument's value, its lower half.</param>
/// <param name="Error">The error that it gives.</param>
internal sealed partial record RefusedCall(string Name, int Number, int Argument, uint Value, int Error)
{
    private const int NoNewPrivileges = 38, SetSeccomp = 22, FilterMode = 2; // prctl(2)
    private const int Eperm = 1, Einval = 22, NoFamily = 97;
    private const ushort Load = 0x20, JumpIfEqual = 0x15, Return = 0x06; // linux/bpf_common.h
    private const uint Refuse = 0x0005_0000, Allow = 0x7fff_0000; // linux/seccomp.h
    private const uint FirstArgument = 16;

    private static readonly bool IsArm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    /// <summary>bpf(2) does not load programs: no CAP_BPF.</summary>
    public static RefusedCall LoadWithoutRight { get; } = new("bpf(load)", IsArm ? 280 : 321, 0, 5, Eperm);

    /// <summary>There is no link to the hook: before Linux 6.6.</summary>
    public static RefusedCall UnknownHook { get; } = new("bpf(link)", IsArm ? 280 : 321, 0, 28, Einval);

    /// <summary>A TAP knows no steering programs: before Linux 4.16.</summary>
    public static RefusedCall UnknownSteering { get; } = new("ioctl(TUNSETSTEERINGEBPF)", IsArm ? 29 : 16, 1, 0x8004_54e0, Einval);

    /// <summary>There are no AF_XDP sockets.</summary>
    public static RefusedCall NoXdpSockets { get; } = new("socket(AF_XDP)", IsArm ? 198 : 41, 0, 44, NoFamily);

    /// <summary>Runs an action on a thread of its own, for which the call is refused.</summary>
    /// <returns>What the action gives.</returns>
    public T During<T>(Func<T> action)
    {
        T? result = default;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Install();
                result = action();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result!;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private unsafe void Install()
    {
        var code = stackalloc Instruction[]
        {
            new(Load, 0, 0, 0),
            new(JumpIfEqual, 0, 3, (uint)Number),
            new(Load, 0, 0, FirstArgument + (8 * (uint)Argument)),
            new(JumpIfEqual, 0, 1, Value),
            new(Return, 0, 0, Refuse | (uint)Error),
            new(Return, 0, 0, Allow),
        };
        var program = new Program { Count = 6, Code = code };
        if (prctl(NoNewPrivileges, 1, 0, 0, 0) < 0 || prctl(SetSeccomp, FilterMode, (nint)(&program), 0, 0) < 0)
            throw new LinuxException(LinuxError.Last("prctl(PR_SET_SECCOMP)"));
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int prctl(int option, nint second, nint third, nint fourth, nint fifth);

    /// <summary>struct sock_filter.</summary>
    private readonly record struct Instruction(ushort Code, byte IfTrue, byte IfFalse, uint Operand);

    /// <summary>struct sock_fprog.</summary>
    private unsafe struct Program
    {
        public ushort Count;
        public Instruction* Code;
    }
}
