using System.Text.Json;
using System.Text.Json.Serialization;
using VRouter.Core.Tables;

namespace VRouter.Host.Recording;

/// <summary>A <see cref="IPv4Prefix"/> as its text.</summary>
internal sealed class IPv4PrefixConverter : JsonConverter<IPv4Prefix>
{
    /// <inheritdoc/>
    public override IPv4Prefix Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        IPv4Prefix.TryParse(reader.GetString(), out var value) ? value : throw new JsonException($"'{reader.GetString()}' is no {nameof(IPv4Prefix)}");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, IPv4Prefix value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
