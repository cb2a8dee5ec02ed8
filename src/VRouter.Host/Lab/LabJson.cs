using System.Text.Json.Serialization;

namespace VRouter.Host.Lab;

/// <summary>The JSON form of a lab's state.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(LabState))]
[JsonSerializable(typeof(IReadOnlyList<LabState>))]
internal sealed partial class LabJson : JsonSerializerContext;
