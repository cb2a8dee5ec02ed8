namespace VRouter.Host.Fuzz.Engine;

/// <summary>A frame that a router sent.</summary>
/// <param name="Input">The index of the last input that the router had been given.</param>
/// <param name="Time">When.</param>
/// <param name="Port">By which port.</param>
/// <param name="Bytes">The frame.</param>
/// <param name="Segment">Its number among those that a super-frame was cut into at the port; null: it was sent as it is.</param>
internal sealed record SentFrame(int Input, long Time, int Port, byte[] Bytes, int? Segment = null);
