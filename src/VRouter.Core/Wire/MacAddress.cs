using System.Globalization;
using System.Runtime.CompilerServices;

namespace VRouter.Core.Wire;

/// <summary>An IEEE 802 MAC address: 48 bits, the first byte on the wire in the most significant place.</summary>
public readonly struct MacAddress : IEquatable<MacAddress>, IComparable<MacAddress>
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 6;

    private readonly ulong bits;

    /// <summary>Takes the low 48 bits of <paramref name="bits"/>.</summary>
    public MacAddress(ulong bits) => this.bits = bits & 0xffff_ffff_ffff;

    /// <summary>ff:ff:ff:ff:ff:ff.</summary>
    public static MacAddress Broadcast => new(0xffff_ffff_ffff);

    /// <summary>00:00:00:00:00:00, which no interface has.</summary>
    public static MacAddress Zero => default;

    /// <summary>ee:ee:ee:ee:ee:ee, the router's address on every workload port, as on a Calico node.</summary>
    public static MacAddress WorkloadGateway => new(0xeeee_eeee_eeee);

    /// <summary>The 48 bits, the first byte on the wire in bits 40 to 47.</summary>
    public ulong Bits => bits;

    /// <summary>The group bit (IEEE 802-2014 §8.2.2): set for multicast and broadcast.</summary>
    public bool IsMulticast => (bits & 0x0100_0000_0000) != 0;

    /// <summary>True for ff:ff:ff:ff:ff:ff.</summary>
    public bool IsBroadcast => bits == 0xffff_ffff_ffff;

    /// <summary>True for 00:00:00:00:00:00.</summary>
    public bool IsZero => bits == 0;

    /// <summary>Reads the first six bytes of <paramref name="source"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than six bytes are given.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static MacAddress Read(ReadOnlySpan<byte> source)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(source.Length, Size);
        return new(((ulong)source[0] << 40) | ((ulong)source[1] << 32) | ((ulong)source[2] << 24)
            | ((ulong)source[3] << 16) | ((ulong)source[4] << 8) | source[5]);
    }

    /// <summary>Writes six bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="destination"/> is shorter than six bytes.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, Size);
        destination[0] = (byte)(bits >> 40);
        destination[1] = (byte)(bits >> 32);
        destination[2] = (byte)(bits >> 24);
        destination[3] = (byte)(bits >> 16);
        destination[4] = (byte)(bits >> 8);
        destination[5] = (byte)bits;
    }

    /// <summary>Reads six hexadecimal bytes parted by ':' (or '-'), of one or two digits each.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out MacAddress address)
    {
        address = default;
        ulong value = 0;
        var parts = 0;
        foreach (var range in text.SplitAny(':', '-'))
        {
            var part = text[range];
            if (++parts > Size || part.Length is < 1 or > 2
                || !byte.TryParse(part, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var digit))
                return false;
            value = (value << 8) | digit;
        }

        if (parts != Size)
            return false;
        address = new MacAddress(value);
        return true;
    }

    /// <summary>As <see cref="TryParse"/>.</summary>
    /// <exception cref="FormatException">The text is no MAC address.</exception>
    public static MacAddress Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var address) ? address : throw new FormatException($"'{text}' is not a MAC address.");

    /// <inheritdoc/>
    public bool Equals(MacAddress other) => bits == other.bits;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MacAddress other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => bits.GetHashCode();

    /// <inheritdoc/>
    public int CompareTo(MacAddress other) => bits.CompareTo(other.bits);

    /// <summary>Lower-case hexadecimal parted by ':'.</summary>
    public override string ToString() =>
        $"{(byte)(bits >> 40):x2}:{(byte)(bits >> 32):x2}:{(byte)(bits >> 24):x2}:{(byte)(bits >> 16):x2}:{(byte)(bits >> 8):x2}:{(byte)bits:x2}";

    /// <summary>Equality of all 48 bits.</summary>
    public static bool operator ==(MacAddress left, MacAddress right) => left.bits == right.bits;

    /// <summary>Inequality of the 48 bits.</summary>
    public static bool operator !=(MacAddress left, MacAddress right) => left.bits != right.bits;

    /// <summary>Order by wire bytes.</summary>
    public static bool operator <(MacAddress left, MacAddress right) => left.bits < right.bits;

    /// <summary>Order by wire bytes.</summary>
    public static bool operator >(MacAddress left, MacAddress right) => left.bits > right.bits;

    /// <summary>Order by wire bytes.</summary>
    public static bool operator <=(MacAddress left, MacAddress right) => left.bits <= right.bits;

    /// <summary>Order by wire bytes.</summary>
    public static bool operator >=(MacAddress left, MacAddress right) => left.bits >= right.bits;
}
