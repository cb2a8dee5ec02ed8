using System.Collections.Frozen;
using VRouter.Core.Wire;

namespace VRouter.Core.Tables;

/// <summary>An immutable set of IPv4 addresses, such as the nodes whose tunnel packets are accepted.</summary>
public sealed class AddressSet
{
    private readonly FrozenSet<uint> addresses;

    /// <summary>Copies the addresses.</summary>
    public AddressSet(IEnumerable<IPv4Address> addresses) => this.addresses = addresses.Select(address => address.Value).ToFrozenSet();

    /// <summary>The set of none.</summary>
    public static AddressSet Empty { get; } = new([]);

    /// <summary>Number of addresses.</summary>
    public int Count => addresses.Count;

    /// <summary>The addresses in ascending order.</summary>
    public IEnumerable<IPv4Address> Addresses => addresses.Order().Select(value => new IPv4Address(value));

    /// <summary>True if the address is in the set.</summary>
    public bool Contains(IPv4Address address) => addresses.Contains(address.Value);
}
