namespace VRouter.Host.Fuzz;

/// <summary>Something that any bytes may be given to. Deterministic: nothing but the input decides what a run does.</summary>
internal interface IFuzzTarget
{
    /// <summary>The name on the command line.</summary>
    string Name { get; }

    /// <summary>The options of <c>vrouter fuzz</c> that choose this target.</summary>
    string Arguments { get; }

    /// <summary>Files of inputs end so, without a dot.</summary>
    string Extension { get; }

    /// <summary>Good inputs to begin with.</summary>
    IReadOnlyList<byte[]> Seeds { get; }

    /// <summary>Frames of all runs so far, where the target takes frames; else 0.</summary>
    long Frames { get; }

    /// <summary>Runs one input.</summary>
    /// <param name="input">Any bytes.</param>
    /// <param name="coverage">Told what the run did.</param>
    /// <exception cref="FindingException">A check failed. Any other exception is a finding too.</exception>
    void Run(byte[] input, Coverage coverage);

    /// <summary>Makes a new input of one that is in the corpus, and perhaps of another one.</summary>
    byte[] Mutate(byte[] input, byte[] other, FuzzRandom random);

    /// <summary>Inputs that are a little simpler than this one, the most simplified first: what a minimiser tries.</summary>
    IEnumerable<byte[]> Simplify(byte[] input);

    /// <summary>Writes what reproduces a finding without the fuzzer: files into an existing folder.</summary>
    /// <returns>The command that does so, for a person.</returns>
    string Export(byte[] input, string folder);
}
