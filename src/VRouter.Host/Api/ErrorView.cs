namespace VRouter.Host.Api;

/// <summary>Why there is no answer.</summary>
/// <param name="Error">In words.</param>
public sealed record ErrorView(string Error);
