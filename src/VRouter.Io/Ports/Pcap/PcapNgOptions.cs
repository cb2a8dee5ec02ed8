namespace VRouter.Io.Ports.Pcap;

/// <summary>Walks the options at a block's end. A length that does not fit is a fault of the file.</summary>
internal ref struct PcapNgOptions
{
    private readonly CaptureInput input;
    private readonly long blockOffset;
    private ReadOnlySpan<byte> rest;

    public PcapNgOptions(CaptureInput input, long blockOffset, ReadOnlySpan<byte> options)
    {
        this.input = input;
        this.blockOffset = blockOffset;
        rest = options;
    }

    public ushort Code { get; private set; }

    public ReadOnlySpan<byte> Value { get; private set; }

    public bool Next()
    {
        if (rest.IsEmpty)
            return false;
        if (rest.Length < 4)
            throw input.Fault(blockOffset, "an option of the block is cut off");
        Code = input.UInt16(rest);
        var length = input.UInt16(rest[2..]);
        if (Code == PcapNgBlock.EndOfOptions)
        {
            rest = default;
            return false;
        }

        if (length > rest.Length - 4)
            throw input.Fault(blockOffset, $"option {Code} claims {length} bytes of {rest.Length - 4}");
        Value = rest.Slice(4, length);
        rest = rest[Math.Min(rest.Length, 4 + PcapNgBlock.Align(length))..];
        return true;
    }
}
