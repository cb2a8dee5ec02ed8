namespace VRouter.Host.Fuzz.Engine;

/// <summary>A header in a frame.</summary>
/// <param name="Kind">Of which protocol.</param>
/// <param name="At">Where it begins, in bytes from the frame's beginning.</param>
internal readonly record struct FrameLayer(LayerKind Kind, int At);
