using System.Runtime.InteropServices;

namespace VRouter.Io.Linux;

/// <summary>
/// Which network namespace a name stands for: another one made later under the same name differs, as long as somebody (such as a port's socket) keeps the first one
/// alive, so that its number is not given again.
/// </summary>
/// <param name="Inode">The inode of the namespace's file (namespaces(7)).</param>
public readonly record struct NamespaceIdentity(ulong Inode)
{
    private const int StructStatx = 256;
    private const int InodeOffset = 32;
    private const uint StatxInode = 0x100;

    /// <summary>The namespace that the name stands for now; null if there is none.</summary>
    /// <param name="name">The name under /run/netns, or an absolute path.</param>
    public static unsafe NamespaceIdentity? Of(string name)
    {
        if (!NetworkNamespace.Open(name).TryGet(out var descriptor, out _))
            return null;
        using (descriptor)
        {
            var buffer = stackalloc byte[StructStatx];
            if (Libc.statx(descriptor.Number, "", Libc.AT_EMPTY_PATH, StatxInode, buffer) < 0)
                return null;
            var inode = MemoryMarshal.Read<ulong>(new ReadOnlySpan<byte>(buffer + InodeOffset, sizeof(ulong)));
            return new NamespaceIdentity(inode);
        }
    }
}
