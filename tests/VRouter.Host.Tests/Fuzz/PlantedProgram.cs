using VRouter.Host.Fuzz;

namespace VRouter.Host.Tests.Fuzz;

/// <summary>
/// This test project as a program: a target with a defect behind two steps, for AFL++ to start. Blindly, one input in some hundred thousand reaches it; guided by
/// coverage, one in some thousand.
/// </summary>
internal sealed class PlantedProgram(string? mark) : IFuzzTarget
{
    public string Name => "planted";

    public string Arguments => "";

    public string Extension => "bin";

    public IReadOnlyList<byte[]> Seeds => [];

    public long Frames => 0;

    /// <summary>Runs inputs until AFL++ ends it.</summary>
    /// <param name="arguments">
    /// A file that does not exist: it is written with the first input that does not begin with an A, which then hangs.
    /// </param>
    public static int Main(string[] arguments)
    {
        AflHarness.Run(new PlantedProgram(arguments is [var mark] ? mark : null));
        return 0;
    }

    public void Run(byte[] input, Coverage coverage)
    {
        if (mark is not null && input is not [(byte)'A', ..] && !File.Exists(mark))
        {
            File.WriteAllBytes(mark, input);
            Thread.Sleep(Timeout.Infinite);
        }

        coverage.Add((uint)Math.Min(input.Length, 4));
        if (input is not [0xd6, ..])
            return;
        coverage.Add(100);
        if (input is [_, 0x29, ..])
            throw new FindingException(Oracles.Result, "the planted defect");
    }

    public byte[] Mutate(byte[] input, byte[] other, FuzzRandom random) => throw new NotSupportedException();

    public IEnumerable<byte[]> Simplify(byte[] input) => throw new NotSupportedException();

    public string Export(byte[] input, string folder) => throw new NotSupportedException();
}
