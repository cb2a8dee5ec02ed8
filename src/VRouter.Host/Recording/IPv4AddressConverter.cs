using System.Text.Json;
using System.Text.Json.Serialization;
using VRouter.Core.Wire;

namespace VRouter.Host.Recording;

/// <summary>A <see cref="IPv4Address"/> as its text.</summary>
internal sealed class IPv4AddressConverter : JsonConverter<IPv4Address>
{
    /// <inheritdoc/>
    public override IPv4Address Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        IPv4Address.TryParse(reader.GetString(), out var value) ? value : throw new JsonException($"'{reader.GetString()}' is no {nameof(IPv4Address)}");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, IPv4Address value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
