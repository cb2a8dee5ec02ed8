using System.Text.Json.Serialization;

namespace VRouter.Host.Recording;

/// <summary>The JSON within a recording. Addresses are texts.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(IPv4AddressConverter), typeof(IPv4PrefixConverter), typeof(MacAddressConverter)])]
[JsonSerializable(typeof(RecordingHeader))]
[JsonSerializable(typeof(RecordedTables))]
[JsonSerializable(typeof(RecordedConfiguration))]
[JsonSerializable(typeof(RecordingEnd))]
internal sealed partial class RecordingJson : JsonSerializerContext;
