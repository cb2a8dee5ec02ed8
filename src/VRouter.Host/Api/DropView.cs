namespace VRouter.Host.Api;

/// <summary>Frames that were dropped for one reason.</summary>
/// <param name="Reason">The reason's name, as "ttl-expired".</param>
/// <param name="Count">How many, those included that ports lost before the router got them.</param>
/// <param name="Severity">info: the network works as intended; warning: a sender did something wrong; error: this router lacks something.</param>
/// <param name="Sentence">What it means.</param>
/// <param name="Ports">How many of the frames each port had received; frames that the router made itself are in none.</param>
public sealed record DropView(string Reason, long Count, string Severity, string Sentence, IReadOnlyDictionary<string, long> Ports);
