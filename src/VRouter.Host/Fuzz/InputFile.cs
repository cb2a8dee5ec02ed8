namespace VRouter.Host.Fuzz;

/// <summary>An input that is given as a file or on standard input.</summary>
internal static class InputFile
{
    /// <summary>Stands for standard input.</summary>
    public const string StandardInput = "-";

    /// <summary>The longest input in bytes.</summary>
    public const int Longest = 64 << 20;

    /// <summary>Reads an input.</summary>
    /// <exception cref="FuzzException">It cannot be read, or is too long.</exception>
    public static byte[] Read(string file)
    {
        try
        {
            using var stream = file == StandardInput ? Console.OpenStandardInput() : File.OpenRead(file);
            return Read(stream, file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FuzzException($"{file} cannot be read: {e.Message}");
        }
    }

    /// <summary>Reads an input from a stream, to its end.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="name">What it is, for errors.</param>
    /// <exception cref="FuzzException">It is too long.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static byte[] Read(Stream stream, string name)
    {
        using var bytes = new MemoryStream();
        var chunk = new byte[1 << 16];
        while (stream.Read(chunk) is > 0 and var count)
        {
            bytes.Write(chunk, 0, count);
            if (bytes.Length > Longest)
                throw new FuzzException($"{name} has more than {Longest >> 20} MiB");
        }

        return bytes.ToArray();
    }
}
