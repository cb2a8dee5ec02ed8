using System.Text.Json.Serialization;

namespace VRouter.Host.Api;

/// <summary>JSON of everything that crosses the control socket.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<RouteView>))]
[JsonSerializable(typeof(IReadOnlyList<PortView>))]
[JsonSerializable(typeof(IReadOnlyList<NeighborView>))]
[JsonSerializable(typeof(IReadOnlyList<TunnelView>))]
[JsonSerializable(typeof(IReadOnlyList<DropView>))]
[JsonSerializable(typeof(CountersView))]
[JsonSerializable(typeof(RuntimeView))]
[JsonSerializable(typeof(HealthView))]
[JsonSerializable(typeof(ErrorView))]
internal sealed partial class ApiJson : JsonSerializerContext;
