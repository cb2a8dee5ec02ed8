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
            using var bytes = new MemoryStream();
            var chunk = new byte[1 << 16];
            while (stream.Read(chunk) is > 0 and var count)
            {
                bytes.Write(chunk, 0, count);
                if (bytes.Length > Longest)
                    throw new FuzzException($"{file} has more than {Longest >> 20} MiB");
            }

            return bytes.ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FuzzException($"{file} cannot be read: {e.Message}");
        }
    }
}
