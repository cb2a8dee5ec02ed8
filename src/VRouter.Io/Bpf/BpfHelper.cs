namespace VRouter.Io.Bpf;

/// <summary>The kernel's functions that programs call, by their numbers in linux/bpf.h.</summary>
public enum BpfHelper
{
    /// <summary>bpf_map_lookup_elem(map, key): a pointer to the value, or null.</summary>
    MapLookup = 1,

    /// <summary>bpf_map_update_elem(map, key, value, flags): 0, or an error.</summary>
    MapUpdate = 2,

    /// <summary>bpf_map_delete_elem(map, key): 0, or an error if there is none.</summary>
    MapDelete = 3,

    /// <summary>bpf_skb_store_bytes(skb, offset, from, length, flags): 0, or a negative number.</summary>
    StoreBytes = 9,

    /// <summary>bpf_skb_load_bytes(skb, offset, to, length): 0, or a negative number.</summary>
    LoadBytes = 26,

    /// <summary>bpf_get_socket_cookie(skb): the cookie of the socket that sent the packet, or 0.</summary>
    SocketCookie = 46,

    /// <summary>bpf_skb_adjust_room(skb, difference, mode, flags): makes room behind the link-layer header, or takes it away; 0, or a negative number.</summary>
    AdjustRoom = 50,

    /// <summary>bpf_redirect_map(map, key, flags): XDP_REDIRECT, or the low bits of the flags if the map has no such entry.</summary>
    RedirectMap = 51,
}
