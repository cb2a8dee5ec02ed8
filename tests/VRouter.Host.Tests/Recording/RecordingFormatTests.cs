using System.Diagnostics;
using System.Reflection;
using VRouter.Core.Forwarding;
using VRouter.Host.Recording;
using VRouter.Host.Replay;
using VRouter.TestKit;

namespace VRouter.Host.Tests.Recording;

public sealed class RecordingFormatTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("vrouter-record").FullName;

    private string Whole => Path.Combine(folder, "whole.pcapng");

    private string Part => Path.Combine(folder, "part.pcapng");

    [Fact]
    public void Replay_FileCutOffAnywhere_IsReplayedUpToThereOrRefused()
    {
        var bytes = Record(passes: 20);
        var refused = 0;
        var interrupted = 0;
        for (var length = 0; length < bytes.Length; length += length < 400 ? 1 : 397)
        {
            File.WriteAllBytes(Part, bytes[..length]);
            try
            {
                var view = Replay();
                Assert.True(view.IsIdentical, $"{length} bytes: {view.Difference}");
                Assert.False(view.IsComplete);
                interrupted++;
            }
            catch (ReplayException e)
            {
                Assert.StartsWith(Part, e.Message, StringComparison.Ordinal);
                refused++;
            }
        }

        Assert.True(refused > 100 && interrupted > 10, $"{refused} refused, {interrupted} replayed in part");
    }

    [Fact]
    public void Replay_AnyByteChanged_IsRefused()
    {
        var bytes = Record(passes: 20);
        for (var place = 0; place < bytes.Length; place += place < 200 ? 1 : 397)
        {
            var damaged = bytes.ToArray();
            damaged[place] ^= (byte)(1 << (place % 8));
            File.WriteAllBytes(Part, damaged);
            if (!RecordingReader.IsRecording(Part))
                continue;
            var accepted = true;
            try
            {
                accepted = Replay() is { IsComplete: true };
            }
            catch (ReplayException e)
            {
                Assert.StartsWith(Part, e.Message, StringComparison.Ordinal);
                accepted = false;
            }

            Assert.False(accepted, $"byte {place}");
        }
    }

    [Fact]
    public void Run_OutputDiffers_SaysWhichPass()
    {
        // The same inputs, by an engine with another number to begin with: the first tunnel packet differs.
        var bytes = Record(passes: 30);
        var text = System.Text.Encoding.Latin1.GetString(bytes);
        var place = text.IndexOf("\"firstIdentification\":77", StringComparison.Ordinal) + "\"firstIdentification\":7".Length;
        bytes[place] = (byte)'8';
        Reseal(bytes);
        File.WriteAllBytes(Part, bytes);
        var view = Replay();
        Assert.False(view.IsIdentical);
        Assert.Contains("pass", view.Difference!, StringComparison.Ordinal);
    }

    [Fact]
    public void Limit_Reached_EndsAndIsReplayable()
    {
        using (var router = new RecordedRouter(1, 5, fused: true, Whole, new RecordingOptions { Limit = 1 << 20 }))
        {
            router.Run(2000);
            Assert.True(SpinWait.SpinUntil(() => router.Recording.HasEnded, TimeSpan.FromSeconds(10)));
            Assert.Contains("limit", router.Recording.Failure!, StringComparison.Ordinal);
            router.Run(10);
        }

        Assert.InRange(new FileInfo(Whole).Length, 500_000, 1 << 20);
        File.Copy(Whole, Part);
        var view = Replay();
        Assert.True(view.IsIdentical, view.Difference);
        Assert.False(view.IsComplete);
        Assert.Contains("limit", view.End, StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_Full_EndsAndTheRouterGoesOn()
    {
        using (var router = new RecordedRouter(1, 5, fused: true, Whole, new RecordingOptions { BufferBytes = 2 * RecordingOptions.ChunkBytes }))
        {
            var passes = 0;
            for (; !router.Recording.HasEnded && passes < 3000; passes += 100)
                router.Run(100);
            // A writer that keeps up is no failure of the recording.
            if (router.Recording.HasEnded)
                Assert.Contains("too slow", router.Recording.Failure!, StringComparison.Ordinal);
            var before = router.Sent.Count;
            router.Run(50);
            Assert.True(router.Sent.Count > before);
        }

        File.Copy(Whole, Part);
        var view = Replay();
        Assert.True(view.IsIdentical, view.Difference);
    }

    // A pipe whose reader stops is a disk that takes nothing. If a pass or a change of tables waited for it, the test would.
    [SkippableFact]
    public async Task Disk_TakesNothing_EndsAndNobodyWaitsForIt()
    {
        const long WrittenBefore = 4 * RecordingOptions.ChunkBytes;
        Requires.Tools("mkfifo");
        using (var mkfifo = Process.Start("mkfifo", [Whole]))
            await mkfifo.WaitForExitAsync();
        using var reading = new ManualResetEventSlim(true);
        var reader = Task.Run(() =>
        {
            using var pipe = new FileStream(Whole, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            using var part = File.Create(Part);
            var bytes = new byte[4096];
            for (var count = pipe.Read(bytes); count > 0; count = pipe.Read(bytes))
            {
                part.Write(bytes.AsSpan(0, count));
                reading.Wait();
            }
        });
        var told = new TaskCompletionSource<string>();
        var run = Task.Run(() =>
        {
            var router = new RecordedRouter(1, 5, fused: true, Whole, new RecordingOptions { BufferBytes = 64 * RecordingOptions.ChunkBytes, Overwrite = true })
            {
                HasSuperFrames = false,
            };
            router.Recording.Failed = told.SetResult;
            // No faster than the writing thread comes along: the memory must not be full before the disk stops.
            for (var tries = 0; router.Recording.Bytes < WrittenBefore && tries < 10_000; tries++)
            {
                router.Run(1);
                Thread.Sleep(1);
            }

            Assert.False(router.Recording.HasEnded);
            reading.Reset();
            for (var passes = 0; !router.Recording.HasEnded && passes < 20_000; passes += 100)
                router.Run(100);
            var before = router.Sent.Count;
            router.Run(100);
            Assert.True(router.Sent.Count > before);
            return router;
        });
        using (await run.WaitAsync(TimeSpan.FromSeconds(60)))
        {
            Assert.Contains("too slow", await told.Task.WaitAsync(TimeSpan.FromSeconds(10)), StringComparison.Ordinal);
            reading.Set();
        }

        await reader.WaitAsync(TimeSpan.FromSeconds(60));
        var view = Replay();
        Assert.True(view.IsIdentical, view.Difference);
        Assert.False(view.IsComplete);
        Assert.Contains("too slow", view.End, StringComparison.Ordinal);
        Assert.True(new FileInfo(Part).Length >= WrittenBefore);
    }

    [Fact]
    public void Start_FileExists_IsRefused()
    {
        File.WriteAllText(Whole, "kept");
        var refusal = Assert.Throws<RecordingException>(() => new RecordedRouter(1, 1, fused: true, Whole));
        Assert.Contains(Whole, refusal.Message, StringComparison.Ordinal);
        Assert.Equal("kept", File.ReadAllText(Whole));
    }

    [Fact]
    public void Header_EngineOptions_AreAllThere()
    {
        var missing = typeof(EngineOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => property.Name)
            .Except(typeof(RecordedEngine).GetProperties().Select(property => property.Name))
            .Except([nameof(EngineOptions.Seat), nameof(EngineOptions.Share)]);
        Assert.Empty(missing);
    }

    [SkippableFact]
    public void Tshark_Recording_ShowsTheFramesThatCameIn()
    {
        Requires.Tools("tshark");
        Record(passes: 40);
        var start = new ProcessStartInfo("tshark", ["-r", Whole, "-T", "fields", "-e", "frame.number", "-e", "frame.interface_name"]) { RedirectStandardOutput = true };
        using var tshark = Process.Start(start)!;
        var lines = tshark.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        tshark.WaitForExit();
        Assert.Equal(0, tshark.ExitCode);
        File.Copy(Whole, Part);
        var view = Replay();
        Assert.Equal(view.Frames, lines.Length);
        Assert.Contains(lines, line => line.EndsWith("eth0", StringComparison.Ordinal));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private byte[] Record(int passes)
    {
        using (var router = new RecordedRouter(1, 3, fused: true, Whole))
            router.Run(passes);
        return File.ReadAllBytes(Whole);
    }

    private RecordingReplayView Replay() => RecordingReplay.Run(new RecordingReplayOptions { Input = Part }, null);

    // Makes the first chunk's checksum fit again.
    private static void Reseal(byte[] bytes)
    {
        var at = 0;
        while (BitConverter.ToUInt32(bytes, at) != RecordingBlock.Seal)
            at += BitConverter.ToInt32(bytes, at + 4);
        BitConverter.TryWriteBytes(bytes.AsSpan(at + 20), ChunkChecksum.Of(bytes.AsSpan(0, at), bytes.AsSpan(at, 20)));
    }
}
