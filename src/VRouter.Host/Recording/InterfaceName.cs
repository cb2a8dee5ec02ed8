using System.Buffers.Binary;
using System.Text;

namespace VRouter.Host.Recording;

/// <summary>Finds the name (if_name) in an interface description block.</summary>
internal static class InterfaceName
{
    private const int FixedPart = 8;
    private const ushort Name = 2;

    /// <summary>The name; an empty text if there is none.</summary>
    /// <param name="body">The block's body.</param>
    public static string Of(ReadOnlySpan<byte> body)
    {
        var rest = body.Length > FixedPart ? body[FixedPart..] : [];
        while (rest.Length >= 4)
        {
            var (code, length) = (BinaryPrimitives.ReadUInt16LittleEndian(rest), BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]));
            if (code == 0 || length > rest.Length - 4)
                break;
            if (code == Name)
                return Encoding.UTF8.GetString(rest.Slice(4, length));
            rest = rest[Math.Min(rest.Length, 4 + RecordingBlock.Align(length))..];
        }

        return "";
    }
}
