namespace VRouter.EndToEnd.Tests.Support;

/// <summary>Runs a command for which the kernel refuses bpf(2), as one that gives no right to it does: by a seccomp(2) filter.</summary>
internal static class WithoutBpf
{
    private const string Script = """
        import ctypes, os, struct, sys
        number = 280 if os.uname().machine == 'aarch64' else 321
        refuse, allow = 0x00050001, 0x7fff0000
        code = b''.join(struct.pack('HBBI', *i) for i in [(0x20, 0, 0, 0), (0x15, 0, 1, number), (0x06, 0, 0, refuse), (0x06, 0, 0, allow)])
        held = ctypes.create_string_buffer(code)
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, struct.pack('HxxxxxxP', 4, ctypes.addressof(held)), 0, 0):
            sys.exit('prctl: ' + os.strerror(ctypes.get_errno()))
        os.execvp(sys.argv[1], sys.argv[1:])
        """;

    /// <summary>The words that are put in front of a command's.</summary>
    public static IReadOnlyList<string> Words { get; } = ["/usr/bin/python3", "-c", Script];
}
