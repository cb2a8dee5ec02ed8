namespace VRouter.Host.Demo;

/// <summary>One step of a packet's way.</summary>
/// <param name="From">Who sends the frame.</param>
/// <param name="To">Who receives it.</param>
/// <param name="Wire">The wire between them.</param>
/// <param name="Why">What happens there and why, in a sentence or two for a newcomer.</param>
internal sealed record DemoHop(string From, string To, DemoWire Wire, string Why);
