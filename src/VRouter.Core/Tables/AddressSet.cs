using System.Numerics;
using System.Runtime.CompilerServices;
using VRouter.Core.Wire;

namespace VRouter.Core.Tables;

/// <summary>
/// An immutable set of IPv4 addresses, such as the nodes whose tunnel packets are accepted. Asked for each packet, so it is an open-addressed table, at most a
/// quarter full: nearly every answer takes one multiplication and one load.
/// </summary>
public sealed class AddressSet
{
    private const uint Multiplier = 0x9e37_79b1;

    // 0 marks a free slot; the address 0.0.0.0 itself is kept apart.
    private readonly uint[] slots;
    private readonly int shift;
    private readonly bool containsZero;

    /// <summary>Copies the addresses.</summary>
    public AddressSet(IEnumerable<IPv4Address> addresses)
    {
        var distinct = addresses.Select(address => address.Value).Distinct().ToArray();
        Count = distinct.Length;
        slots = new uint[BitOperations.RoundUpToPowerOf2((uint)Math.Max(distinct.Length * 4, 2))];
        shift = 32 - BitOperations.Log2((uint)slots.Length);
        foreach (var address in distinct)
        {
            if (address == 0)
                containsZero = true;
            else
                slots[SlotFor(address)] = address;
        }
    }

    /// <summary>The set of none.</summary>
    public static AddressSet Empty { get; } = new([]);

    /// <summary>Number of addresses.</summary>
    public int Count { get; }

    /// <summary>The addresses in ascending order.</summary>
    public IEnumerable<IPv4Address> Addresses =>
        slots.Where(value => value != 0).Concat(containsZero ? [0u] : []).Order().Select(value => new IPv4Address(value));

    /// <summary>True if the address is in the set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Contains(IPv4Address address)
    {
        // The slot holds the address, or nothing: then only the address 0 finds its like there.
        var found = slots[(address.Value * Multiplier) >> shift];
        return found == 0 || address.Value == 0 ? address.Value == 0 && containsZero
            : found == address.Value || slots[SlotFor(address.Value)] == address.Value;
    }

    // Where the address stands, or the free slot where it would.
    private int SlotFor(uint address)
    {
        var slot = (address * Multiplier) >> shift;
        while (slots[slot] != 0 && slots[slot] != address)
            slot = (slot + 1) & (uint)(slots.Length - 1);
        return (int)slot;
    }
}
