using System.Reflection;
using System.Text;

namespace VRouter.Core.Graph;

/// <summary>What each <see cref="DropReason"/> means, read once from its attribute.</summary>
public static class DropReasons
{
    private static readonly DropReason[] Members = Enum.GetValues<DropReason>();
    private static readonly DropInfoAttribute?[] Infos =
        [.. Members.Select(reason => typeof(DropReason).GetField(reason.ToString())!.GetCustomAttribute<DropInfoAttribute>())];
    private static readonly IcmpReply[] Replies = [.. Infos.Select(info => info?.Icmp ?? IcmpReply.None)];
    private static readonly string[] Labels = [.. Members.Select(reason => ToKebabCase(reason.ToString()))];

    /// <summary>The number of members, <see cref="DropReason.None"/> included: the length of an array indexed by reason.</summary>
    public static int Count => Members.Length;

    /// <summary>Every reason but <see cref="DropReason.None"/>.</summary>
    public static IEnumerable<DropReason> All => Members.Where(reason => reason != DropReason.None);

    /// <summary>The sentence, severity and ICMP error.</summary>
    /// <exception cref="ArgumentException"><paramref name="reason"/> is <see cref="DropReason.None"/>.</exception>
    public static DropInfoAttribute Describe(DropReason reason) =>
        Infos[(int)reason] ?? throw new ArgumentException($"{reason} has no description.", nameof(reason));

    /// <summary>The ICMP error that the drop causes.</summary>
    public static IcmpReply IcmpReplyOf(DropReason reason) => Replies[(int)reason];

    /// <summary>The name for people and metrics, as "ttl-expired".</summary>
    public static string Label(DropReason reason) => Labels[(int)reason];

    private static string ToKebabCase(string name)
    {
        // "IPv4" is one word; any other capital begins a word.
        var text = name.Replace("IPv", "Ipv", StringComparison.Ordinal);
        var label = new StringBuilder();
        foreach (var letter in text)
        {
            if (char.IsUpper(letter) && label.Length > 0)
                label.Append('-');
            label.Append(char.ToLowerInvariant(letter));
        }

        return label.ToString();
    }
}
