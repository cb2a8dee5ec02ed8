using System.Runtime.ExceptionServices;

namespace VRouter.Io.Linux;

/// <summary>
/// Network namespaces by name, as ip-netns(8) keeps them under /run/netns, or by the path of a file such as /proc/1234/ns/net. A socket belongs for ever to the namespace in which it was
/// opened, so a port in a namespace is made by opening its sockets there.
/// </summary>
public static class NetworkNamespace
{
    /// <summary>Where ip-netns(8) mounts them.</summary>
    public const string Directory = "/run/netns";

    /// <summary>True if the name is a plain file name and a namespace of that name is there.</summary>
    public static bool Exists(string name) => IsValidName(name) && File.Exists(Path.Combine(Directory, name));

    /// <summary>A descriptor of the namespace, for <see cref="Libc.setns"/> and for moving interfaces into it.</summary>
    /// <param name="name">The name, or the absolute path of a namespace's file.</param>
    public static Result<FileDescriptor> Open(string name)
    {
        if (!IsValidName(name) && !Path.IsPathRooted(name))
            return new LinuxError($"open(network namespace '{name}')", Errno.EINVAL, "it must be a plain file name or an absolute path");
        var path = Path.Combine(Directory, name);
        return FileDescriptor.FromCall(Libc.open(path, Libc.O_RDONLY | Libc.O_CLOEXEC), $"open({path})");
    }

    /// <summary>
    /// Runs <paramref name="action"/> on a thread of its own inside the namespace and returns what it returns. The thread ends with it,
    /// so no other code ever runs there. A null name means the caller's own namespace: the action then runs at once on the caller's thread.
    /// </summary>
    /// <param name="name">The name under /run/netns, an absolute path, or null.</param>
    /// <param name="action">Must do its work synchronously: what it awaits would continue on a thread outside.</param>
    /// <exception cref="Exception">Whatever the action throws.</exception>
    public static Result<T> Run<T>(string? name, Func<Result<T>> action)
    {
        if (name is null)
            return action();
        if (!Open(name).TryGet(out var descriptor, out var error))
            return error;
        using (descriptor)
        {
            return RunAfter(
                $"netns {name}",
                () => Libc.setns(descriptor.Number, Libc.CLONE_NEWNET) < 0 ? LinuxError.Last($"setns({name})") : null,
                action);
        }
    }

    /// <summary>
    /// Runs <paramref name="action"/> on a thread of its own inside a new network namespace without a name, which ends with the thread and
    /// takes along what was made in it.
    /// </summary>
    /// <param name="action">Must do its work synchronously.</param>
    /// <exception cref="Exception">Whatever the action throws.</exception>
    public static Result<T> RunInNew<T>(Func<Result<T>> action) => RunAfter(
        "netns without a name",
        () => Libc.unshare(Libc.CLONE_NEWNET) < 0 ? LinuxError.Last("unshare(network namespace)") : null,
        action);

    private static Result<T> RunAfter<T>(string threadName, Func<LinuxError?> enter, Func<Result<T>> action)
    {
        Result<T> result = default;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                result = enter() is { } error ? error : action();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        })
        {
            Name = threadName,
            IsBackground = true,
        };
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }

    private static bool IsValidName(string name) =>
        name.Length is > 0 and <= 255 && name is not ("." or "..") && !name.Contains('/') && !name.Contains('\0');
}
