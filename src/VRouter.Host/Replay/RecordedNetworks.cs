using System.Text;
using System.Text.Json;
using VRouter.Core.Tables;
using VRouter.Host.Configuration;
using VRouter.Host.Fuzz.Engine;
using VRouter.Host.Recording;
using VRouter.Host.Routing;

namespace VRouter.Host.Replay;

/// <summary>
/// The networks that a recorded router went through, for the fuzzer's checks: the node by the configuration that the recording holds and by the host's uplink, the routes of all sources
/// and the open ports by the recorded tables.
/// </summary>
internal sealed class RecordedNetworks
{
    private readonly List<RecordedConfiguration> configurations = [];
    private readonly Dictionary<long, TableStep> steps = [];
    private readonly List<RecordedTables> parts = [];
    private readonly Dictionary<RecordedConfiguration, NodeView> views = [];
    private readonly Dictionary<IPv4Prefix, RouteTarget> routes = [];
    private readonly List<FuzzPort> ports = [];
    private readonly Dictionary<int, int> placeOfIndex = [];
    private NodeSettings? settings;

    /// <summary>True if neighbors answer ARP by themselves, so that what they answered is not to be given to the router once more.</summary>
    public bool NeighborsAnswer => configurations is [{ Uplink: null }, ..];

    /// <summary>Takes a configuration in.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public void TakeConfiguration(ReadOnlySpan<byte> json)
    {
        if (JsonSerializer.Deserialize(json, RecordingJson.Default.RecordedConfiguration) is { } configuration)
            configurations.Add(configuration);
    }

    /// <summary>Takes a part of a change of tables in.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public void TakeTables(ReadOnlySpan<byte> json)
    {
        if (JsonSerializer.Deserialize(json, RecordingJson.Default.RecordedTables) is not { } part || (parts.Count > 0 && parts[0].Change != part.Change))
            throw new JsonException("a change of tables within another");
        parts.Add(part);
        if (part.More)
            return;
        steps[part.Change] = RecordedTables.Join(parts);
        parts.Clear();
    }

    /// <summary>Makes a change; changes come in their order.</summary>
    /// <param name="number">Its number.</param>
    /// <returns>Null, or why the checks cannot follow it.</returns>
    public string? Make(long number)
    {
        if (!steps.TryGetValue(number, out var step))
            return $"change {number} of the tables is not in the file";
        foreach (var route in step.Routes)
        {
            if (route.Target is { } target)
                routes[route.Prefix] = target;
            else
                routes.Remove(route.Prefix);
        }

        return step.Settings is { } changed ? Take(number, changed) : null;
    }

    /// <summary>The network by the changes so far.</summary>
    /// <param name="number">The number of the last one.</param>
    /// <param name="complaint">Why there is none.</param>
    public FuzzNetwork? At(long number, out string? complaint)
    {
        var view = ViewAt(number, out complaint);
        if (view is null || settings is null)
        {
            complaint ??= $"no port is known at change {number} of the tables";
            return null;
        }

        var attached = settings.Ports.OfType<PortEntry>().Select(entry => new AttachedPort(placeOfIndex[entry.Index], entry.Name, entry.Mtu, entry.HasHostStack));
        var snapshot = RouteTableSnapshot.Of(routes.Select(route => new Route(route.Key, route.Value, RouteSource.Recording)));
        return FuzzNetwork.OfRecorded(view, snapshot, ports, [.. attached]);
    }

    /// <summary>The place among all ports of the port of an index of the recording; null: no table had it so far.</summary>
    public int? PlaceOf(int index) => placeOfIndex.TryGetValue(index, out var place) ? place : null;

    private string? Take(long number, NodeSettings changed)
    {
        if (ViewAt(number, out var complaint) is not { } view)
            return complaint;
        settings = changed;
        if (ports.Count == 0)
            ports.Add(new FuzzPort(view.Uplink.Interface, PortRole.Uplink, view.Uplink.Mac, view.Uplink.Mtu, null));
        foreach (var entry in changed.Ports.OfType<PortEntry>())
        {
            var place = ports.FindIndex(port => port.Name == entry.Name);
            if (place < 0 && entry.Role == PortRole.Uplink)
                return $"with change {number} of the tables another interface, {entry.Name}, becomes the uplink";
            if (place < 0)
            {
                place = ports.Count;
                ports.Add(new FuzzPort(entry.Name, entry.Role, entry.Mac, entry.Mtu, view.Endpoints.FirstOrDefault(endpoint => endpoint.InterfaceName == entry.Name)));
            }

            if (ports[place].Role != entry.Role || ports[place].Mac != entry.Mac)
                return $"with change {number} of the tables the port {entry.Name} gets another role or MAC address";
            ports[place] = ports[place] with { Mtu = Math.Max(ports[place].Mtu, entry.Mtu) };
            placeOfIndex[entry.Index] = place;
        }

        return null;
    }

    private NodeView? ViewAt(long number, out string? complaint)
    {
        complaint = null;
        if (configurations.FindLast(item => item.Change <= number) is not { } configuration)
            complaint = "it does not hold its router's configuration, which the checks need";
        else if (configuration.Files is null)
            complaint = $"from change {number} of the tables on, its router's configuration of {configuration.TooLong} characters is not in it, since it was too long; the checks need it";
        else if (views.TryGetValue(configuration, out var known))
            return known;
        else
            return views[configuration] = ViewOf(configuration);
        return null;
    }

    private static NodeView ViewOf(RecordedConfiguration configuration)
    {
        var result = ConfigurationLoader.Load(configuration.Files!.Select(file => new ConfigurationFile(file.Name, Encoding.UTF8.GetBytes(file.Text))));
        if (result.State is not { } state || state.FindRouter(configuration.Node) is null || state.FindNode(configuration.Node)?.Address is null)
            throw new ReplayException($"the configuration of change {configuration.Change} in the recording is not valid for node '{configuration.Node}': {string.Join("; ", result.Diagnostics)}");
        return NodeView.Of(state, configuration.Node, configuration.Uplink?.ToFacts() ?? ReplayUplink.Of(state, configuration.Node));
    }
}
