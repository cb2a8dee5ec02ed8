using System.Security.Cryptography;

namespace VRouter.Host.Fuzz;

/// <summary>The inputs that met something new, in the order in which they did; kept in a folder too, if there is one.</summary>
internal sealed class Corpus
{
    private readonly List<byte[]> inputs = [];
    private readonly string? folder;
    private readonly string extension;

    /// <summary>An empty corpus.</summary>
    /// <param name="folder">Where inputs are kept, made if it is missing; null: nowhere.</param>
    /// <param name="extension">Files end so, without a dot.</param>
    /// <exception cref="IOException">The folder cannot be made.</exception>
    public Corpus(string? folder, string extension)
    {
        (this.folder, this.extension) = (folder, extension);
        if (folder is not null)
            Directory.CreateDirectory(folder);
    }

    /// <summary>Number of inputs.</summary>
    public int Count => inputs.Count;

    /// <summary>The inputs.</summary>
    public IReadOnlyList<byte[]> Inputs => inputs;

    /// <summary>What the folder holds from earlier runs, in the order of the names.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public IEnumerable<byte[]> ReadFolder() => folder is null ? [] : ReadFolder(folder, extension);

    /// <summary>The inputs in the files of a folder, in the order of the names.</summary>
    public static IEnumerable<byte[]> ReadFolder(string folder, string extension) =>
        Directory.EnumerateFiles(folder, $"*.{extension}").Order(StringComparer.Ordinal).Select(File.ReadAllBytes);

    /// <summary>Adds an input.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Add(byte[] input)
    {
        inputs.Add(input);
        if (folder is not null)
            File.WriteAllBytes(Path.Combine(folder, $"{NameOf(input)}.{extension}"), input);
    }

    /// <summary>Picks an input; later ones, which know more, more often.</summary>
    public byte[] Pick(FuzzRandom random)
    {
        var age = random.Once(2) ? random.Next(Math.Min(inputs.Count, 64)) : random.Next(inputs.Count);
        return inputs[inputs.Count - 1 - age];
    }

    /// <summary>A name by content: 16 hexadecimal digits.</summary>
    public static string NameOf(byte[] input) => Convert.ToHexStringLower(SHA256.HashData(input).AsSpan(0, 8));
}
