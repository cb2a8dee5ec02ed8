using System.Text.Json.Serialization;

namespace VRouter.Host.Replay;

/// <summary>JSON of <see cref="ReplayView"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReplayView))]
[JsonSerializable(typeof(RecordingReplayView))]
internal sealed partial class ReplayJson : JsonSerializerContext;
