namespace VRouter.Io.Ports.Pcap;

/// <summary>A capture file cannot be opened, or its bytes are not what its format says. The message names the file and the byte offset.</summary>
public sealed class CaptureException : Exception
{
    /// <summary>Wraps a fault at a place of a file.</summary>
    /// <param name="file">The file's name, as the person gave it.</param>
    /// <param name="offset">The byte at which the faulty block, record or field begins.</param>
    /// <param name="problem">What is wrong, as a sentence without a full stop.</param>
    /// <param name="cause">The exception behind it, if there is one.</param>
    public CaptureException(string file, long offset, string problem, Exception? cause = null)
        : base($"{file}: byte {offset}: {problem}", cause)
    {
        File = file;
        Offset = offset;
    }

    /// <summary>The file's name.</summary>
    public string File { get; }

    /// <summary>The byte at which the fault lies.</summary>
    public long Offset { get; }
}
