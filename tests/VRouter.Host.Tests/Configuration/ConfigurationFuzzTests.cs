using System.Text;
using VRouter.Host.Configuration;

namespace VRouter.Host.Tests.Configuration;

/// <summary>Seeded mutations of good configurations: whatever comes out, the loader answers with a result, and soon.</summary>
public sealed class ConfigurationFuzzTests
{
    private static readonly string[] Tokens =
    [
        "{", "}", "[", "]", ":", ": ", ",", "-", "- ", "? ", "|", ">", "|2-\n", "#", "&a ", "*a", "!", "!!str ", "!<x> ", "!<%> ", "!!%zz ", "%TAG ! tag:x,\n", "\"\\UFFFFFFFF\"", "\"\\x\"", "%YAML 9999999999.9\n", "%YAML 1.2\n", "---", "...", "\"", "'",
        "\n", "\r\n", "\t", "  ", "\\", "\"\\u12\"", "\"\\ud800\"", "<<: *a", "~", "null", "true", "-1", "9999999999999999999999", "0x", "1e999", ".nan", "@", "`",
        "\u0085", "\u2028", "\ud83d\ude00", "é", "\u0000", "::/0", "255.255.255.255/32", "0.0.0.0/0", "spec", "metadata", "kind: List\nitems: ",
    ];

    public static IEnumerable<object[]> Seeds() => Enumerable.Range(1, 20).Select(seed => new object[] { seed });

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Load_MutatedText_GivesAResult(int seed)
    {
        var random = new Random(seed);
        var original = Seed001.Text("Always") + Json;
        for (var round = 0; round < 150; round++)
        {
            var text = new StringBuilder(original);
            for (var mutations = random.Next(1, 6); mutations > 0; mutations--)
                Mutate(text, original, random);
            AssertSound(ConfigurationFile.FromText("f", text.ToString()));
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Load_MutatedBytes_GivesAResult(int seed)
    {
        var random = new Random(-seed);
        for (var round = 0; round < 150; round++)
        {
            var bytes = Encoding.UTF8.GetBytes(Seed001.Text("Never", "CrossSubnet"));
            for (var mutations = random.Next(1, 8); mutations > 0; mutations--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            AssertSound(new ConfigurationFile("f", bytes.AsMemory(0, random.Next(bytes.Length + 1))));
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Load_RandomTokens_GivesAResult(int seed)
    {
        var random = new Random(1000 + seed);
        for (var round = 0; round < 300; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => Tokens[random.Next(Tokens.Length)]));
            AssertSound(ConfigurationFile.FromText("f", text));
        }
    }

    private const string Json = """

        ---
        {"kind": "IPPoolList", "apiVersion": "projectcalico.org/v3", "metadata": {}, "items": [
          {"kind": "IPPool", "apiVersion": "projectcalico.org/v3", "metadata": {"name": "other"}, "spec": {"cidr": "10.0.0.0/8"}}
        ]}
        """;

    private static void Mutate(StringBuilder text, string original, Random random)
    {
        var place = random.Next(text.Length + 1);
        var length = Math.Min(random.Next(30), text.Length - place);
        switch (random.Next(5))
        {
            case 0:
                text.Remove(place, length);
                break;
            case 1:
                text.Insert(place, Tokens[random.Next(Tokens.Length)]);
                break;
            case 2:
                text.Remove(place, length).Insert(place, Tokens[random.Next(Tokens.Length)]);
                break;
            case 3:
                var from = random.Next(original.Length);
                text.Insert(place, original.AsSpan(from, Math.Min(random.Next(200), original.Length - from)));
                break;
            default:
                if (place < text.Length)
                    text[place] = (char)random.Next(0x20, 0x7f);
                break;
        }
    }

    private static void AssertSound(ConfigurationFile file)
    {
        var result = ConfigurationLoader.Load([file]);
        Assert.Equal(result.Diagnostics.HasErrors, result.State is null);
        var lines = Encoding.UTF8.GetString(file.Content.Span).ReplaceLineEndings("\n").Count(c => c == '\n') + 1;
        Assert.All(result.Diagnostics, item =>
        {
            Assert.InRange(item.Location.Line, 1, lines + 1);
            Assert.True(item.Location.Column >= 1, item.ToString());
            Assert.DoesNotContain('\n', item.Message);
        });
    }
}
