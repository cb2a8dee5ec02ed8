using VRouter.Core.Graph;

namespace VRouter.Host.Recording;

/// <summary>What a port did with a frame, as two bytes: 0 sent, 1 held, 0x8000 and the drop reason.</summary>
internal static class RecordedVerdict
{
    private const ushort Held = 1;
    private const ushort Dropped = 0x8000;

    public static ushort Encode(Verdict verdict) =>
        verdict.IsDrop ? (ushort)(Dropped | (byte)verdict.Reason) : verdict == Verdict.Hold ? Held : (ushort)0;

    /// <summary>False if it is none.</summary>
    public static bool TryDecode(ushort code, out Verdict verdict)
    {
        verdict = code == 0 ? Verdict.Transmit : code == Held ? Verdict.Hold : Verdict.Drop((DropReason)(code & 0xff));
        return code is 0 or Held || ((code & 0xff00) == Dropped && (code & 0xff) < DropReasons.Count);
    }
}
