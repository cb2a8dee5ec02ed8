using VRouter.Host.Configuration;
using VRouter.Host.Sources;

namespace VRouter.Host.Tests.Sources;

public sealed class FileSourceTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly FileSourceTiming Eventful = new() { Quiet = TimeSpan.FromMilliseconds(50), Poll = TimeSpan.FromMinutes(10) };

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("vrouter-filesource-");
    private readonly CancellationTokenSource cancellation = new();

    public void Dispose()
    {
        cancellation.Cancel();
        cancellation.Dispose();
        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task WatchAsync_FileChangedInPlace_YieldsTheNewState()
    {
        var file = Write("a.yaml", Pool("a", "10.0.0.0/16"));
        using var source = new FileSource([file], Eventful);
        Assert.Equal("10.0.0.0/16", Cidrs(source.Load()));
        await using var changes = source.WatchAsync(cancellation.Token).GetAsyncEnumerator();
        await File.WriteAllTextAsync(file, Pool("a", "10.1.0.0/16"));
        await Until(changes, "10.1.0.0/16");
    }

    [Fact]
    public async Task WatchAsync_FileReplacedByRename_YieldsTheNewState()
    {
        var file = Write("a.yaml", Pool("a", "10.0.0.0/16"));
        using var source = new FileSource([file], Eventful);
        source.Load();
        await using var changes = source.WatchAsync(cancellation.Token).GetAsyncEnumerator();
        for (var round = 1; round <= 3; round++)
        {
            Write("a.yaml", Pool("a", $"10.{round}.0.0/16"));
            Assert.Equal($"10.{round}.0.0/16", Cidrs(await Next(changes)));
        }
    }

    [Fact]
    public async Task WatchAsync_FilesOfADirectory_AreAddedAndRemoved()
    {
        Write("a.yaml", Pool("a", "10.0.0.0/16"));
        using var source = new FileSource([directory.FullName], Eventful);
        source.Load();
        await using var changes = source.WatchAsync(cancellation.Token).GetAsyncEnumerator();
        Write("b.json", """{"apiVersion": "projectcalico.org/v3", "kind": "IPPool", "metadata": {"name": "b"}, "spec": {"cidr": "10.1.0.0/16"}}""");
        Assert.Equal("10.0.0.0/16 10.1.0.0/16", Cidrs(await Next(changes)));
        File.Delete(Path.Combine(directory.FullName, "a.yaml"));
        Assert.Equal("10.1.0.0/16", Cidrs(await Next(changes)));
    }

    [Fact]
    public async Task WatchAsync_BrokenFile_YieldsFindingsAndKeepsTheLastGoodState()
    {
        var file = Write("a.yaml", Pool("a", "10.0.0.0/16"));
        using var source = new FileSource([file], Eventful);
        var good = source.Load().State;
        await using var changes = source.WatchAsync(cancellation.Token).GetAsyncEnumerator();
        Write("a.yaml", Pool("a", "10.0.0.0/99"));
        var broken = await Next(changes);
        Assert.Null(broken.State);
        Assert.Equal($"{file}:4:14: error: spec.cidr '10.0.0.0/99' is not an IPv4 prefix such as 10.0.0.0/16", broken.Diagnostics.ToString());
        Assert.Same(good, source.LastGood);
        File.Delete(file);
        Assert.Equal($"{file}: error: no such file or directory", (await Next(changes)).Diagnostics.ToString());
        Assert.Same(good, source.LastGood);
        Write("a.yaml", Pool("a", "10.2.0.0/16"));
        Assert.Equal("10.2.0.0/16", Cidrs(await Next(changes)));
        Assert.NotSame(good, source.LastGood);
    }

    [Fact]
    public async Task WatchAsync_SameContentWrittenAgain_YieldsNothing()
    {
        var file = Write("a.yaml", Pool("a", "10.0.0.0/16"));
        using var source = new FileSource([file], Eventful);
        source.Load();
        await using var changes = source.WatchAsync(cancellation.Token).GetAsyncEnumerator();
        var next = Next(changes);
        Write("a.yaml", Pool("a", "10.0.0.0/16"));
        Assert.NotSame(next, await Task.WhenAny(next, Task.Delay(TimeSpan.FromMilliseconds(500))));
        Write("a.yaml", Pool("a", "10.3.0.0/16"));
        Assert.Equal("10.3.0.0/16", Cidrs(await next));
    }

    [Fact]
    public async Task WatchAsync_FileWrittenInPieces_YieldsTheWhole()
    {
        var file = Write("a.yaml", Pool("a", "10.0.0.0/16"));
        using var source = new FileSource([file], Eventful with { Quiet = TimeSpan.FromSeconds(2), LongestWait = Patience });
        source.Load();
        await using var changes = source.WatchAsync(cancellation.Token).GetAsyncEnumerator();
        var next = Next(changes);
        await using (var stream = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.ReadWrite))
        {
            foreach (var piece in Pool("a", "10.4.0.0/16").Chunk(40))
            {
                stream.Write(System.Text.Encoding.UTF8.GetBytes(piece));
                stream.Flush();
                await Task.Delay(20);
            }
        }

        Assert.Equal("10.4.0.0/16", Cidrs(await next));
    }

    [Fact]
    public async Task WatchAsync_LinkToAFileElsewhere_IsSeenByThePoll()
    {
        var elsewhere = Directory.CreateDirectory(Path.Combine(directory.FullName, "elsewhere")).FullName;
        var target = Path.Combine(elsewhere, "target.yaml");
        await File.WriteAllTextAsync(target, Pool("a", "10.0.0.0/16"));
        var link = Path.Combine(directory.FullName, "link.yaml");
        File.CreateSymbolicLink(link, target);
        using var source = new FileSource([link], Eventful with { Poll = TimeSpan.FromMilliseconds(100) });
        source.Load();
        await using var changes = source.WatchAsync(cancellation.Token).GetAsyncEnumerator();
        await File.WriteAllTextAsync(target, Pool("longer-name", "10.5.0.0/16"));
        await Until(changes, "10.5.0.0/16");
    }

    [Fact]
    public async Task WatchAsync_DirectoryThatIsNotThereYet_IsFoundLater()
    {
        var late = Path.Combine(directory.FullName, "late");
        using var source = new FileSource([late], Eventful with { Poll = TimeSpan.FromMilliseconds(100) });
        Assert.Equal($"{late}: error: no such file or directory", source.Load().Diagnostics.ToString());
        Assert.Null(source.LastGood);
        await using var changes = source.WatchAsync(cancellation.Token).GetAsyncEnumerator();
        Directory.CreateDirectory(late);
        await File.WriteAllTextAsync(Path.Combine(late, "a.yaml"), Pool("a", "10.6.0.0/16"));
        await Until(changes, "10.6.0.0/16");
    }

    [Fact]
    public async Task WatchAsync_Cancelled_Ends()
    {
        var file = Write("a.yaml", Pool("a", "10.0.0.0/16"));
        using var source = new FileSource([file], Eventful);
        source.Load();
        await using var changes = source.WatchAsync(cancellation.Token).GetAsyncEnumerator();
        var next = changes.MoveNextAsync().AsTask();
        await cancellation.CancelAsync();
        Assert.False(await next.WaitAsync(Patience));
    }

    private static async Task<ConfigurationResult> Next(IAsyncEnumerator<ConfigurationResult> changes)
    {
        Assert.True(await changes.MoveNextAsync().AsTask().WaitAsync(Patience));
        return changes.Current;
    }

    // A file that is written in place may be read before it is whole, on a slow machine.
    private static async Task Until(IAsyncEnumerator<ConfigurationResult> changes, string expected)
    {
        while ((await Next(changes)).State is not { Pools: [var pool] } || pool.Cidr.ToString() != expected)
        {
        }
    }

    private static string Cidrs(ConfigurationResult result)
    {
        Assert.Empty(result.Diagnostics);
        return string.Join(' ', result.State!.Pools.Select(pool => pool.Cidr.ToString()));
    }

    private static string Pool(string name, string cidr) =>
        $"apiVersion: projectcalico.org/v3\nkind: IPPool\nmetadata: {{name: {name}}}\nspec: {{cidr: {cidr}}}\n";

    // As careful editors do: a hidden file first, which then takes the name.
    private string Write(string name, string text)
    {
        var path = Path.Combine(directory.FullName, name);
        var hidden = Path.Combine(directory.FullName, $".{name}.new");
        File.WriteAllText(hidden, text);
        File.Move(hidden, path, overwrite: true);
        return path;
    }
}
