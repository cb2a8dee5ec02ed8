using VRouter.Io.Linux;

namespace VRouter.Host.Lab;

/// <summary>One thread that fills several captures until the session is disposed.</summary>
internal sealed unsafe class CaptureSession : IDisposable
{
    private const int PollMilliseconds = 50;
    private const int FramesPerTurn = 256;
    private readonly List<CaptureSocket> sockets = [];
    private readonly Thread thread;
    private volatile bool stopping;

    private CaptureSession(IReadOnlyList<Capture> captures)
    {
        Captures = captures;
        thread = new Thread(Run) { Name = "capture", IsBackground = true };
    }

    /// <summary>The captures that are filled.</summary>
    public IReadOnlyList<Capture> Captures { get; }

    /// <summary>Begins to capture; when this returns, no frame is missed any more.</summary>
    /// <exception cref="LabException">A socket could not be opened; none is left open.</exception>
    public static CaptureSession Start(params IReadOnlyList<Capture> captures)
    {
        var session = new CaptureSession(captures);
        foreach (var capture in captures)
        {
            if (CaptureSocket.Open(capture).TryGet(out var socket, out var error))
            {
                session.sockets.Add(socket);
                continue;
            }

            session.sockets.ForEach(open => open.Dispose());
            captures.ToList().ForEach(each => each.Dispose());
            throw new LabException($"cannot capture on '{capture.Interface}' in '{capture.Namespace}': {error}");
        }

        session.thread.Start();
        return session;
    }

    /// <summary>Takes in what waits in the sockets, and ends; the captures' files are closed.</summary>
    public void Dispose()
    {
        if (stopping)
            return;
        stopping = true;
        thread.Join();
        foreach (var socket in sockets)
        {
            socket.Drain();
            socket.Dispose();
        }

        foreach (var capture in Captures)
            capture.Dispose();
    }

    private void Run()
    {
        Span<Libc.PollFd> polled = stackalloc Libc.PollFd[sockets.Count];
        for (var i = 0; i < sockets.Count; i++)
            polled[i] = new Libc.PollFd { Fd = sockets[i].Descriptor, Events = Libc.POLLIN };
        while (!stopping)
        {
            fixed (Libc.PollFd* first = polled)
            {
                if (Libc.poll(first, (nuint)polled.Length, PollMilliseconds) <= 0)
                    continue;
            }

            for (var i = 0; i < sockets.Count; i++)
            {
                if (polled[i].Revents != 0)
                    sockets[i].Drain(FramesPerTurn);
            }
        }
    }
}
