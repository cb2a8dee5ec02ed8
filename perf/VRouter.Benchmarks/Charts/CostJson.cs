using System.Text.Json.Serialization;

namespace VRouter.Benchmarks.Charts;

/// <summary>JSON of <see cref="CostReport"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(CostReport))]
internal sealed partial class CostJson : JsonSerializerContext;
