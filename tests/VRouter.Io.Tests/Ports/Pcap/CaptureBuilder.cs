using System.Buffers.Binary;

namespace VRouter.Io.Tests.Ports.Pcap;

/// <summary>Writes capture files field by field in either byte order, independent of the product's writer.</summary>
internal sealed class CaptureBuilder(bool bigEndian)
{
    private readonly List<byte> bytes = [];

    public byte[] ToArray() => [.. bytes];

    public CaptureBuilder U8(params byte[] values)
    {
        bytes.AddRange(values);
        return this;
    }

    public CaptureBuilder U16(params ushort[] values)
    {
        var field = new byte[2];
        foreach (var value in values)
        {
            if (bigEndian)
                BinaryPrimitives.WriteUInt16BigEndian(field, value);
            else
                BinaryPrimitives.WriteUInt16LittleEndian(field, value);
            bytes.AddRange(field);
        }

        return this;
    }

    public CaptureBuilder U32(params uint[] values)
    {
        var field = new byte[4];
        foreach (var value in values)
        {
            if (bigEndian)
                BinaryPrimitives.WriteUInt32BigEndian(field, value);
            else
                BinaryPrimitives.WriteUInt32LittleEndian(field, value);
            bytes.AddRange(field);
        }

        return this;
    }

    public CaptureBuilder PcapHeader(uint magic, uint linkType = 1) => U32(magic).U16(2, 4).U32(0, 0, 65535, linkType);

    public CaptureBuilder Record(uint seconds, uint fraction, byte[] frame) =>
        U32(seconds, fraction, (uint)frame.Length, (uint)frame.Length).U8(frame);

    /// <summary>A pcapng block around a body, which is padded to four bytes.</summary>
    public CaptureBuilder Block(uint type, Action<CaptureBuilder> body)
    {
        var inner = new CaptureBuilder(bigEndian);
        body(inner);
        while (inner.bytes.Count % 4 != 0)
            inner.U8(0);
        var length = (uint)inner.bytes.Count + 12;
        return U32(type, length).U8([.. inner.bytes]).U32(length);
    }

    public CaptureBuilder Section() => Block(0x0a0d0d0a, b => b.U32(0x1a2b3c4d).U16(1, 0).U32(0xffffffff, 0xffffffff));

    public CaptureBuilder Interface(string name, byte? resolution = null, ushort linkType = 1, uint snapLength = 0) => Block(1, b =>
    {
        b.U16(linkType, 0).U32(snapLength).Option(2, System.Text.Encoding.UTF8.GetBytes(name));
        if (resolution is { } r)
            b.Option(9, [r]);
        b.U16(0, 0);
    });

    public CaptureBuilder Option(ushort code, byte[] value)
    {
        U16(code, (ushort)value.Length).U8(value);
        for (var i = value.Length; i % 4 != 0; i++)
            U8(0);
        return this;
    }

    public CaptureBuilder Enhanced(uint index, ulong time, byte[] frame, string? comment = null) => Block(6, b =>
    {
        b.U32(index, (uint)(time >> 32), (uint)time, (uint)frame.Length, (uint)frame.Length).U8(frame);
        for (var i = frame.Length; i % 4 != 0; i++)
            b.U8(0);
        if (comment is not null)
            b.Option(1, System.Text.Encoding.UTF8.GetBytes(comment)).U16(0, 0);
    });
}
