namespace VRouter.Host.Fuzz;

/// <summary>A find, minimised and written.</summary>
/// <param name="Oracle">Which check failed.</param>
/// <param name="Message">What was seen.</param>
/// <param name="Case">The number of the case that found it, from 1.</param>
/// <param name="Folder">Where it is.</param>
/// <param name="Reproduce">The command that shows it again.</param>
internal sealed record FuzzFind(string Oracle, string Message, long Case, string Folder, string Reproduce);
