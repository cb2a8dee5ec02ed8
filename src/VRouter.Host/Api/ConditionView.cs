namespace VRouter.Host.Api;

/// <summary>Something that is not as it should be.</summary>
/// <param name="Subject">What it is about.</param>
/// <param name="Severity">warning or error.</param>
/// <param name="Text">What is wrong and what follows.</param>
public sealed record ConditionView(string Subject, string Severity, string Text);
