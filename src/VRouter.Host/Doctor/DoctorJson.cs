using System.Text.Json.Serialization;

namespace VRouter.Host.Doctor;

/// <summary>JSON of <see cref="DoctorReport"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(DoctorReport))]
internal sealed partial class DoctorJson : JsonSerializerContext;
