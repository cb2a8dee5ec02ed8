namespace VRouter.Io.Tests.Support;

/// <summary>A path for one test's file, deleted at the end.</summary>
internal sealed class TemporaryFile : IDisposable
{
    public TemporaryFile(string extension) =>
        Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"vrio-{Guid.NewGuid():n}{extension}");

    public TemporaryFile(string extension, byte[] content)
        : this(extension) => File.WriteAllBytes(Path, content);

    public string Path { get; }

    public void Dispose() => File.Delete(Path);
}
