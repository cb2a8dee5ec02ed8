namespace VRouter.Host.Daemon;

/// <summary>Numbers with their noun.</summary>
internal static class Counted
{
    /// <summary>"1 route", "2 routes".</summary>
    public static string Of(long count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}
