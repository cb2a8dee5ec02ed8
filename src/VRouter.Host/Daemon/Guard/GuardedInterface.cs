namespace VRouter.Host.Daemon.Guard;

/// <summary>An interface that the guard hooks into. The index tells a re-created interface from the one before of the same name.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Index">Its index in the kernel.</param>
public sealed record GuardedInterface(string Name, int Index);
