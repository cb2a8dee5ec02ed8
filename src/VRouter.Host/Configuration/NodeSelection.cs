using VRouter.Host.Configuration.Resources;

namespace VRouter.Host.Configuration;

/// <summary>The choice of the node that a router runs as.</summary>
/// <param name="Router">The chosen router configuration, or null.</param>
/// <param name="Error">Why there is none, or null.</param>
public sealed record NodeSelection(RouterConfiguration? Router, Diagnostic? Error)
{
    /// <summary>
    /// Chooses the RouterConfiguration named <paramref name="requested"/>; without a name, the only one there is, or else the one named as
    /// the host. <paramref name="path"/> is the configuration path that an error points to.
    /// </summary>
    public static NodeSelection Select(ClusterState state, string? requested, string hostName, string path)
    {
        var router = requested is not null ? state.FindRouter(requested)
            : state.Routers.Length == 1 ? state.Routers[0]
            : state.FindRouter(hostName);
        if (router is not null)
            return new(router, null);

        var known = string.Join(", ", state.Routers.Select(item => item.Name));
        var message = requested is not null ? $"no RouterConfiguration for node '{requested}'"
            : state.Routers.IsEmpty ? "no RouterConfiguration: one named as this node is needed"
            : $"several RouterConfigurations and none for this host, '{hostName}': name the node";
        if (known.Length > 0)
            message += $" (there is: {known})";
        return new(null, new Diagnostic(SourceLocation.Of(path), DiagnosticSeverity.Error, message));
    }
}
