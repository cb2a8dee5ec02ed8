using VRouter.Core.Tables;
using VRouter.Core.Wire;

namespace VRouter.Host.Configuration.Resources;

/// <summary>An interface's own address with the prefix length of its subnet, such as 172.16.6.47/24.</summary>
public readonly record struct IPv4InterfaceAddress(IPv4Address Address, int PrefixLength)
{
    /// <summary>The addresses that are on the same link.</summary>
    public IPv4Prefix Subnet => new(Address, PrefixLength);

    /// <summary>Reads "a.b.c.d/n", or "a.b.c.d" as a /32 as Calico does.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out IPv4InterfaceAddress result)
    {
        result = default;
        var slash = text.IndexOf('/');
        if (!IPv4Address.TryParse(slash < 0 ? text : text[..slash], out var address))
            return false;
        var length = 32;
        if (slash >= 0)
        {
            if (!IPv4Prefix.TryParse(text, out var prefix))
                return false;
            length = prefix.Length;
        }

        result = new IPv4InterfaceAddress(address, length);
        return true;
    }

    /// <summary>"a.b.c.d/n".</summary>
    public override string ToString() => $"{Address}/{PrefixLength}";
}
