using System.Text.Json.Serialization;

namespace VRouter.Host.Bench.Io;

/// <summary>JSON of the report.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IoReport))]
internal sealed partial class IoJson : JsonSerializerContext;
