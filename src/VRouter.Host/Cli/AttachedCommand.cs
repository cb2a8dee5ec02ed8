using System.CommandLine;

namespace VRouter.Host.Cli;

/// <summary>A command that runs another program in its place, so that signals and the keys that make them are that program's.</summary>
internal sealed class AttachedCommand(string name, string description) : Command(name, description);
