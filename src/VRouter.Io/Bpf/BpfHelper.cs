namespace VRouter.Io.Bpf;

/// <summary>The kernel's functions that programs call, by their numbers in linux/bpf.h.</summary>
public enum BpfHelper
{
    /// <summary>bpf_map_lookup_elem(map, key): a pointer to the value, or null.</summary>
    MapLookup = 1,

    /// <summary>bpf_redirect_map(map, key, flags): XDP_REDIRECT, or the low bits of the flags if the map has no such entry.</summary>
    RedirectMap = 51,
}
