namespace VRouter.Host.Sources;

/// <summary>
/// Calls back, from any thread, when something happens in the directories that paths are or lie in. It may call without a reason and, where
/// inotify fails, not at all: see <see cref="Limitation"/>.
/// </summary>
internal sealed class PathWatcher : IDisposable
{
    private readonly Lock gate = new();
    private readonly string[] paths;
    private readonly Action changed;
    private readonly Dictionary<string, FileSystemWatcher> watchers = [];
    private bool disposed;

    public PathWatcher(IEnumerable<string> paths, Action changed)
    {
        this.paths = [.. paths];
        this.changed = changed;
        Renew();
    }

    /// <summary>Why some directory is not watched, or null.</summary>
    public string? Limitation { get; private set; }

    /// <summary>Watches directories that have appeared or whose watching failed; lets go of those that are gone.</summary>
    public void Renew()
    {
        lock (gate)
        {
            if (disposed)
                return;
            Limitation = null;
            foreach (var directory in watchers.Keys.Where(directory => !Directory.Exists(directory)).ToList())
                Forget(directory);
            foreach (var path in paths)
            {
                if (DirectoryOf(path) is { } directory && !watchers.ContainsKey(directory))
                    Watch(directory);
            }
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            foreach (var directory in watchers.Keys.ToList())
                Forget(directory);
        }
    }

    private static string? DirectoryOf(string path)
    {
        if (path.Length == 0 || path.Contains('\0'))
            return null;
        var full = Path.GetFullPath(path);
        var directory = Directory.Exists(full) ? full : Path.GetDirectoryName(full);
        return Directory.Exists(directory) ? directory : null;
    }

    private void Watch(string directory)
    {
        try
        {
            var watcher = new FileSystemWatcher(directory)
            {
                NotifyFilter = NotifyFilters.FileName | NotifyFilters.LastWrite | NotifyFilters.Size | NotifyFilters.DirectoryName,
            };
            watcher.Changed += (_, _) => changed();
            watcher.Created += (_, _) => changed();
            watcher.Deleted += (_, _) => changed();
            watcher.Renamed += (_, _) => changed();
            watcher.Error += (_, error) => OnError(directory, error.GetException());
            watchers[directory] = watcher;
            watcher.EnableRaisingEvents = true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            Forget(directory);
            Limitation = $"{directory} is not watched: {e.Message}";
        }
    }

    private void OnError(string directory, Exception error)
    {
        lock (gate)
        {
            if (disposed)
                return;
            Forget(directory);
            Limitation = $"{directory} is not watched: {error.Message}";
        }

        changed();
    }

    private void Forget(string directory)
    {
        if (watchers.Remove(directory, out var watcher))
            watcher.Dispose();
    }
}
