using System.Globalization;
using VRouter.Core.Wire;

namespace VRouter.Core.Tables;

/// <summary>An IPv4 prefix: a network address whose host bits are zero, and a length of 0 to 32 bits.</summary>
public readonly struct IPv4Prefix : IEquatable<IPv4Prefix>, IComparable<IPv4Prefix>
{
    /// <summary>Clears the host bits of <paramref name="address"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is not within 0 to 32.</exception>
    public IPv4Prefix(IPv4Address address, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, 32);
        Length = length;
        Network = new IPv4Address(address.Value & MaskOf(length));
    }

    /// <summary>0.0.0.0/0.</summary>
    public static IPv4Prefix Default => default;

    /// <summary>The network address; its host bits are zero.</summary>
    public IPv4Address Network { get; }

    /// <summary>The number of leading bits that an address must share, 0 to 32.</summary>
    public int Length { get; }

    /// <summary>The network mask as a number in host byte order.</summary>
    public uint Mask => MaskOf(Length);

    /// <summary>The highest address of the prefix; for lengths up to 30 that is its directed broadcast address (RFC 922).</summary>
    public IPv4Address Last => new(Network.Value | ~Mask);

    /// <summary>The /32 of one address.</summary>
    public static IPv4Prefix Host(IPv4Address address) => new(address, 32);

    /// <summary>True if the address lies within the prefix.</summary>
    public bool Contains(IPv4Address address) => (address.Value & Mask) == Network.Value;

    /// <summary>True if every address of <paramref name="other"/> lies within the prefix; a prefix contains itself.</summary>
    public bool Contains(IPv4Prefix other) => other.Length >= Length && Contains(other.Network);

    /// <summary>True if the two share at least one address.</summary>
    public bool Overlaps(IPv4Prefix other) => Contains(other) || other.Contains(this);

    /// <summary>Reads "a.b.c.d/n". Host bits that are set are cleared; a text without "/n" is refused.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out IPv4Prefix prefix)
    {
        prefix = default;
        var slash = text.IndexOf('/');
        if (slash < 0 || !IPv4Address.TryParse(text[..slash], out var address))
            return false;
        var digits = text[(slash + 1)..];
        if (digits.Length is < 1 or > 2 || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length > 32)
            return false;
        prefix = new IPv4Prefix(address, length);
        return true;
    }

    /// <summary>As <see cref="TryParse"/>.</summary>
    /// <exception cref="FormatException">The text is no IPv4 prefix.</exception>
    public static IPv4Prefix Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var prefix) ? prefix : throw new FormatException($"'{text}' is not an IPv4 prefix.");

    /// <summary>The mask of a prefix length as a number in host byte order.</summary>
    public static uint MaskOf(int length) => length == 0 ? 0 : uint.MaxValue << (32 - length);

    /// <inheritdoc/>
    public bool Equals(IPv4Prefix other) => Network == other.Network && Length == other.Length;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is IPv4Prefix other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Network.Value, Length);

    /// <summary>Order by network, then by length, the shorter first.</summary>
    public int CompareTo(IPv4Prefix other)
    {
        var byNetwork = Network.CompareTo(other.Network);
        return byNetwork != 0 ? byNetwork : Length.CompareTo(other.Length);
    }

    /// <summary>"a.b.c.d/n".</summary>
    public override string ToString() => $"{Network}/{Length}";

    /// <summary>Equality of network and length.</summary>
    public static bool operator ==(IPv4Prefix left, IPv4Prefix right) => left.Equals(right);

    /// <summary>Inequality of network or length.</summary>
    public static bool operator !=(IPv4Prefix left, IPv4Prefix right) => !left.Equals(right);

    /// <summary>Order as <see cref="CompareTo"/>.</summary>
    public static bool operator <(IPv4Prefix left, IPv4Prefix right) => left.CompareTo(right) < 0;

    /// <summary>Order as <see cref="CompareTo"/>.</summary>
    public static bool operator >(IPv4Prefix left, IPv4Prefix right) => left.CompareTo(right) > 0;

    /// <summary>Order as <see cref="CompareTo"/>.</summary>
    public static bool operator <=(IPv4Prefix left, IPv4Prefix right) => left.CompareTo(right) <= 0;

    /// <summary>Order as <see cref="CompareTo"/>.</summary>
    public static bool operator >=(IPv4Prefix left, IPv4Prefix right) => left.CompareTo(right) >= 0;
}
