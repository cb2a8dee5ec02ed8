using System.Net;
using System.Net.Sockets;
using VRouter.Core.Tables;

namespace VRouter.Host.Configuration.Reading;

/// <summary>Reads prefixes as people and Calico write them.</summary>
internal static class PrefixText
{
    /// <summary>The prefix, or null and what is wrong with the text.</summary>
    public static IPv4Prefix? Read(string text, out string complaint)
    {
        complaint = string.Empty;
        var shown = ObjectReader.Shorten(text);
        if (!IPv4Prefix.TryParse(text, out var prefix))
        {
            complaint = $"'{shown}' is not an IPv4 prefix such as 10.0.0.0/16";
            return null;
        }

        if (prefix.ToString() == text)
            return prefix;
        complaint = $"'{shown}' has bits set behind the prefix length; did you mean {prefix}?";
        return null;
    }

    /// <summary>True for an IPv6 address, with or without prefix length.</summary>
    public static bool IsIPv6(string text)
    {
        var slash = text.IndexOf('/');
        var address = slash < 0 ? text : text[..slash];
        return address.Contains(':') && IPAddress.TryParse(address, out var parsed) && parsed.AddressFamily == AddressFamily.InterNetworkV6
            && (slash < 0 || (int.TryParse(text.AsSpan(slash + 1), out var length) && length is >= 0 and <= 128));
    }
}
