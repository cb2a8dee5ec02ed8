namespace VRouter.Host.Configuration;

/// <summary>The bytes of one file, under the name that diagnostics show.</summary>
public sealed record ConfigurationFile(string Name, ReadOnlyMemory<byte> Content)
{
    /// <summary>A file of that text.</summary>
    public static ConfigurationFile FromText(string name, string text) => new(name, System.Text.Encoding.UTF8.GetBytes(text));
}
