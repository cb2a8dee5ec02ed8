using VRouter.Host.Configuration.Resources;

namespace VRouter.Host.Configuration.Reading;

/// <summary>Reads projectcalico.org/v3 BlockAffinity. A missing state is confirmed, as in stores that older versions of Calico wrote.</summary>
internal static class BlockAffinityReader
{
    public static Resource? Read(ResourceHeader header, ObjectReader spec)
    {
        spec.Accept("type");
        var errors = spec.Diagnostics.ErrorCount;
        var node = spec.RequiredText("node");
        var state = spec.Choice("state", ("confirmed", BlockAffinityState.Confirmed), ("pending", BlockAffinityState.Pending),
            ("pendingDeletion", BlockAffinityState.PendingDeletion)) ?? BlockAffinityState.Confirmed;
        var deleted = spec.Flag("deleted") ?? false;
        if (spec.RequiredText("cidr") is not { } text)
            return null;
        if (PrefixText.IsIPv6(text))
        {
            spec.Warning("cidr", $"{text} is IPv6, which this version does not route; the block is ignored");
            return null;
        }

        if (PrefixText.Read(text, out var complaint) is not { } cidr)
        {
            spec.Error("cidr", complaint);
            return null;
        }

        if (spec.Diagnostics.ErrorCount != errors)
            return null;
        return new BlockAffinity
        {
            Name = header.Name, Source = header.Source, Node = node!, Cidr = cidr, State = state, Deleted = deleted,
        };
    }
}
