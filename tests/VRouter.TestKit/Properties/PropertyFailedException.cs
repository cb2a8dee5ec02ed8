namespace VRouter.TestKit.Properties;

/// <summary>A property does not hold: the smallest counterexample found, and how to see it again.</summary>
public sealed class PropertyFailedException(string message) : Exception(message);
