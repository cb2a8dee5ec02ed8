namespace VRouter.Differential.Tests.Judging;

/// <summary>Names the IPv4 options of a header (RFC 791 §3.1).</summary>
internal static class OptionKinds
{
    private const byte End = 0, NoOperation = 1;

    /// <summary>"none", or the types in order without paddings, such as "7,68"; "malformed" at the end where a length cannot be.</summary>
    public static string Of(ReadOnlySpan<byte> options)
    {
        if (options.IsEmpty)
            return "none";
        var kinds = new List<string>();
        for (var at = 0; at < options.Length && options[at] != End;)
        {
            if (options[at] == NoOperation)
            {
                at++;
                continue;
            }

            if (at + 1 >= options.Length || options[at + 1] < 2 || at + options[at + 1] > options.Length)
            {
                kinds.Add("malformed");
                break;
            }

            kinds.Add(options[at].ToString());
            at += options[at + 1];
        }

        return kinds.Count == 0 ? "padding" : string.Join(",", kinds);
    }
}
