using System.Text;
using VRouter.Host.Configuration;
using VRouter.Host.Configuration.Resources;
using VRouter.Host.Tests.Configuration;
using VRouter.TestKit.Properties;
using Xunit.Abstractions;

namespace VRouter.Host.Tests.Properties;

/// <summary>The configuration, over random clusters and texts.</summary>
public sealed class ConfigurationProperties(ITestOutputHelper output) : PropertyTests(output)
{
    /// <summary>A cluster, and the seed of how it is written.</summary>
    private sealed record Written(Resource[] Resources, int Style);

    /// <summary>A text that was damaged: at each place some bytes are replaced by others.</summary>
    private sealed record Damaged(byte[] Text);

    [Property(Cases = 300)]
    public void Load_WrittenInAnyStyleAndOrder_GivesTheSameState() => Check(
        random => new Written(GeneratedCluster.Make(random), random.Next()),
        written => WithoutSome(written.Resources).Select(resources => written with { Resources = resources }),
        written =>
        {
            var random = new Random(written.Style);
            var expected = ClusterState.Create(written.Resources).Resources;
            var documents = ClusterText.Documents(written.Resources, random);
            AssertState(expected, [ConfigurationFile.FromText("one.yaml", string.Join("\n---\n", documents))]);

            // In another order, and over several files.
            random.Shuffle(documents);
            AssertState(expected, [.. documents.Chunk(random.Next(1, 4)).Select((part, number) => ConfigurationFile.FromText($"{number}.yaml", string.Join("\n---\n", part)))]);
        },
        written => string.Join("\n---\n", ClusterText.Documents(written.Resources, new Random(written.Style))));

    [Property(Cases = 1000)]
    public void Load_AnyBytes_GivesAStateOrFindingsWithTheirLines() => Check(
        random => new Damaged(Damage(Encoding.UTF8.GetBytes(string.Join("\n---\n", ClusterText.Documents(GeneratedCluster.Make(random), random))), random)),
        damaged => Shrinks.Bytes(damaged.Text).Select(text => new Damaged(text)),
        damaged => AssertSound(damaged.Text),
        damaged => $"{Convert.ToHexString(damaged.Text)}\n{Encoding.UTF8.GetString(damaged.Text)}");

    private static void AssertState(IEnumerable<Resource> expected, ConfigurationFile[] files)
    {
        var result = ConfigurationLoader.Load(files);
        Assert.False(result.Diagnostics.HasErrors, result.Diagnostics.ToString());
        Assert.Equal(expected, result.State!.Resources);
    }

    private static void AssertSound(byte[] text)
    {
        var result = ConfigurationLoader.Load([new ConfigurationFile("f", text)]);
        Assert.Equal(result.Diagnostics.HasErrors, result.State is null);
        var lines = Encoding.UTF8.GetString(text).ReplaceLineEndings("\n").Count(letter => letter == '\n') + 1;
        foreach (var finding in result.Diagnostics)
        {
            Assert.Equal("f", finding.Location.File);
            Assert.InRange(finding.Location.Line, 1, lines + 1);
            Assert.True(finding.Location.Column >= 1 && finding.Message.Length > 0 && !finding.Message.Any(char.IsControl), finding.ToString());
        }
    }

    private static byte[] Damage(byte[] text, Random random)
    {
        for (var places = random.Next(1, 6); places > 0; places--)
        {
            var (at, other) = (random.Next(text.Length + 1), random.Next(text.Length + 1));
            var (gone, more) = (Math.Min(random.Next(12), text.Length - at), Math.Min(random.Next(40), text.Length - other));
            var put = random.Next(3) == 0 ? Enumerable.Range(0, random.Next(4)).Select(_ => (byte)random.Next(256)).ToArray() : text[other..(other + more)];
            text = [.. text[..at], .. put, .. text[(at + gone)..]];
        }

        return text;
    }

    // What others refer to stays.
    private static IEnumerable<Resource[]> WithoutSome(Resource[] resources) =>
        resources.Where(resource => resource is not Node).Select(gone => resources.Where(resource => resource != gone).ToArray());
}
