namespace VRouter.Host.Fuzz.Engine;

/// <summary>A frame that a router sent.</summary>
/// <param name="Input">The index of the last input that the router had been given.</param>
/// <param name="Time">When.</param>
/// <param name="Port">By which port.</param>
/// <param name="Bytes">The frame.</param>
internal sealed record SentFrame(int Input, long Time, int Port, byte[] Bytes);
