using System.Text.Json.Serialization;
using VRouter.Host.Bench.Engine;
using VRouter.Host.Bench.Lpm;

namespace VRouter.Host.Bench;

/// <summary>JSON of the benchmarks' reports.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(EngineReport))]
[JsonSerializable(typeof(LpmReport))]
internal sealed partial class BenchJson : JsonSerializerContext;
