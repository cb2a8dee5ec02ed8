using System.Text.Json.Serialization;

namespace VRouter.Host.Replay;

/// <summary>JSON of <see cref="ReplayView"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReplayView))]
internal sealed partial class ReplayJson : JsonSerializerContext;
