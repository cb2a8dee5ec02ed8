using VRouter.Host.Lab;

namespace VRouter.Host.Bench.Io;

/// <summary>
/// Where a measured router records: a file in a folder of its own among the temporary files (TMPDIR), which goes with it. It takes half of the free space at most; what is left of runs that were
/// killed is removed by the next one, since only one is under way at a time.
/// </summary>
internal sealed class TemporaryRecording : IDisposable
{
    private const string Prefix = "vrouter-bench-io-";
    private const long LeastRoom = 1L << 30;
    private readonly string folder;

    private TemporaryRecording(string folder, long limit)
    {
        this.folder = folder;
        Arguments = ["--record", Path.Combine(folder, "recording.pcapng"), "--record-limit", $"{limit}"];
    }

    /// <summary>The arguments of <c>vrouter run</c>.</summary>
    public IReadOnlyList<string> Arguments { get; }

    /// <summary>Makes the folder.</summary>
    /// <exception cref="LabException">It cannot be made, or there is too little room.</exception>
    public static TemporaryRecording Create()
    {
        try
        {
            foreach (var stale in Directory.GetDirectories(Path.GetTempPath(), Prefix + "*"))
                Directory.Delete(stale, recursive: true);
            var limit = new DriveInfo(Path.GetTempPath()).AvailableFreeSpace / 2;
            if (limit < LeastRoom)
                throw new LabException($"{Path.GetTempPath()} has too little room for a recording: {2 * LeastRoom >> 30} GiB must be free; TMPDIR names another place");
            return new TemporaryRecording(Directory.CreateTempSubdirectory(Prefix).FullName, limit);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LabException($"no recording can be made in {Path.GetTempPath()}: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next run tries again.
        }
    }
}
