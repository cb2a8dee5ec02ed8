namespace VRouter.Core.Tables;

/// <summary>
/// The words of a <see cref="MultibitTrie"/>. A root word is twice its chunk's unit, plus <see cref="Wide"/> if the chunk's leaves are words of 32 bits
/// and not of 16. A leaf of a wide chunk is an adjacency, or <see cref="Child"/> and the unit of the chunk with the next address bits.
/// </summary>
internal static class TrieWord
{
    public const uint Wide = 1;
    public const uint Child = 0x8000_0000;

    public static uint Root(uint unit, bool wide) => (unit << 1) | (wide ? Wide : 0);

    public static uint UnitOf(uint rootWord) => rootWord >> 1;

    public static bool IsWide(uint rootWord) => (rootWord & Wide) != 0;

    public static bool IsChild(uint leaf) => (leaf & Child) != 0;

    public static uint ChildUnit(uint leaf) => leaf & ~Child;
}
