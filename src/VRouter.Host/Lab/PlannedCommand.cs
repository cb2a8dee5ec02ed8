using VRouter.Host.Configuration;
namespace VRouter.Host.Lab;

/// <summary>One line for <c>ip -batch</c> in one namespace, and the place in the topology file that it stands for.</summary>
internal sealed record PlannedCommand(string Namespace, string Text, SourceLocation Location);
