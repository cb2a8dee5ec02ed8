namespace VRouter.Host.Fuzz;

/// <summary>A target that tells when a run begins.</summary>
internal sealed class Watched(IFuzzTarget target, Action<byte[]?>? running) : IFuzzTarget
{
    /// <inheritdoc/>
    public string Name => target.Name;

    /// <inheritdoc/>
    public string Arguments => target.Arguments;

    /// <inheritdoc/>
    public string Extension => target.Extension;

    /// <inheritdoc/>
    public IReadOnlyList<byte[]> Seeds => target.Seeds;

    /// <inheritdoc/>
    public long Frames => target.Frames;

    /// <inheritdoc/>
    public void Run(byte[] input, Coverage coverage)
    {
        running?.Invoke(input);
        target.Run(input, coverage);
    }

    /// <inheritdoc/>
    public byte[] Mutate(byte[] input, byte[] other, FuzzRandom random) => target.Mutate(input, other, random);

    /// <inheritdoc/>
    public IEnumerable<byte[]> Simplify(byte[] input) => target.Simplify(input);

    /// <inheritdoc/>
    public string Export(byte[] input, string folder) => target.Export(input, folder);
}
