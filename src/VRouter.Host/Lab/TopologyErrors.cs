using VRouter.Host.Configuration;
namespace VRouter.Host.Lab;

/// <summary>Collects what is wrong with a topology file, so that one reading reports all of it.</summary>
internal sealed class TopologyErrors
{
    private readonly List<(SourceLocation Location, string Message)> errors = [];

    /// <summary>Adds one error.</summary>
    public void Add(SourceLocation location, string message) => errors.Add((location, message));

    /// <summary>Does nothing if there are no errors.</summary>
    /// <exception cref="TopologyException">There are errors; they are sorted by their place.</exception>
    public void ThrowIfAny()
    {
        if (errors.Count > 0)
            throw new TopologyException([.. errors.OrderBy(e => e.Location.Line).ThenBy(e => e.Location.Column).Select(e => $"{e.Location}: {e.Message}")]);
    }
}
