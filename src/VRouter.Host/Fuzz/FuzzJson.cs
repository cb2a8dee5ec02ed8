using System.Text.Json.Serialization;

namespace VRouter.Host.Fuzz;

/// <summary>JSON of <see cref="FuzzReport"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(FuzzReport))]
internal sealed partial class FuzzJson : JsonSerializerContext;
