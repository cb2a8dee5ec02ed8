namespace VRouter.Host.Fuzz;

/// <summary>A check failed.</summary>
internal sealed class FindingException(string oracle, string message) : Exception(message)
{
    /// <summary>What was found.</summary>
    public Finding Finding { get; } = new(oracle, message);
}
