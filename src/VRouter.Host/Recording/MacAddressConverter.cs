using System.Text.Json;
using System.Text.Json.Serialization;
using VRouter.Core.Wire;

namespace VRouter.Host.Recording;

/// <summary>A <see cref="MacAddress"/> as its text.</summary>
internal sealed class MacAddressConverter : JsonConverter<MacAddress>
{
    /// <inheritdoc/>
    public override MacAddress Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        MacAddress.TryParse(reader.GetString(), out var value) ? value : throw new JsonException($"'{reader.GetString()}' is no {nameof(MacAddress)}");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, MacAddress value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
