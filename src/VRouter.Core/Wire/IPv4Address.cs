using System.Globalization;

namespace VRouter.Core.Wire;

/// <summary>An IPv4 address, held as a 32-bit number in host byte order: 10.0.0.1 is 0x0a000001.</summary>
public readonly struct IPv4Address : IEquatable<IPv4Address>, IComparable<IPv4Address>
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 4;

    /// <summary>Takes the number in host byte order.</summary>
    public IPv4Address(uint value) => Value = value;

    /// <summary>Takes the four numbers of the dotted form.</summary>
    public IPv4Address(byte a, byte b, byte c, byte d) => Value = ((uint)a << 24) | ((uint)b << 16) | ((uint)c << 8) | d;

    /// <summary>169.254.1.1, the default gateway of every Calico workload.</summary>
    public static IPv4Address WorkloadGateway => new(169, 254, 1, 1);

    /// <summary>0.0.0.0.</summary>
    public static IPv4Address Any => default;

    /// <summary>255.255.255.255.</summary>
    public static IPv4Address LimitedBroadcast => new(uint.MaxValue);

    /// <summary>The address as a number in host byte order.</summary>
    public uint Value { get; }

    /// <summary>224.0.0.0/4 (RFC 1112 §4).</summary>
    public bool IsMulticast => Value >> 28 == 0xe;

    /// <summary>127.0.0.0/8 (RFC 1122 §3.2.1.3).</summary>
    public bool IsLoopback => Value >> 24 == 127;

    /// <summary>0.0.0.0/8, "this network" (RFC 1122 §3.2.1.3).</summary>
    public bool IsThisNetwork => Value >> 24 == 0;

    /// <summary>169.254.0.0/16 (RFC 3927): never forwarded.</summary>
    public bool IsLinkLocal => Value >> 16 == 0xa9fe;

    /// <summary>240.0.0.0/4, the limited broadcast address included (RFC 1112 §4).</summary>
    public bool IsClassE => Value >> 28 == 0xf;

    /// <summary>Reads the strict dotted form: four decimal numbers of 0 to 255 without leading zeros.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out IPv4Address address)
    {
        address = default;
        uint value = 0;
        var parts = 0;
        foreach (var range in text.Split('.'))
        {
            var part = text[range];
            if (++parts > Size || part.Length is < 1 or > 3 || (part.Length > 1 && part[0] == '0')
                || !byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var octet))
                return false;
            value = (value << 8) | octet;
        }

        if (parts != Size)
            return false;
        address = new IPv4Address(value);
        return true;
    }

    /// <summary>As <see cref="TryParse"/>.</summary>
    /// <exception cref="FormatException">The text is no IPv4 address.</exception>
    public static IPv4Address Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var address) ? address : throw new FormatException($"'{text}' is not an IPv4 address.");

    /// <inheritdoc/>
    public bool Equals(IPv4Address other) => Value == other.Value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is IPv4Address other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode();

    /// <inheritdoc/>
    public int CompareTo(IPv4Address other) => Value.CompareTo(other.Value);

    /// <summary>The dotted form.</summary>
    public override string ToString() => $"{Value >> 24}.{(byte)(Value >> 16)}.{(byte)(Value >> 8)}.{(byte)Value}";

    /// <summary>Equality.</summary>
    public static bool operator ==(IPv4Address left, IPv4Address right) => left.Value == right.Value;

    /// <summary>Inequality.</summary>
    public static bool operator !=(IPv4Address left, IPv4Address right) => left.Value != right.Value;

    /// <summary>Numeric order.</summary>
    public static bool operator <(IPv4Address left, IPv4Address right) => left.Value < right.Value;

    /// <summary>Numeric order.</summary>
    public static bool operator >(IPv4Address left, IPv4Address right) => left.Value > right.Value;

    /// <summary>Numeric order.</summary>
    public static bool operator <=(IPv4Address left, IPv4Address right) => left.Value <= right.Value;

    /// <summary>Numeric order.</summary>
    public static bool operator >=(IPv4Address left, IPv4Address right) => left.Value >= right.Value;
}
