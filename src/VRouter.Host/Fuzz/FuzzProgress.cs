namespace VRouter.Host.Fuzz;

/// <summary>How far the fuzzer is.</summary>
/// <param name="Elapsed">Since it began.</param>
/// <param name="Cases">Inputs that were run.</param>
/// <param name="Frames">Frames in them.</param>
/// <param name="Corpus">Inputs in the corpus.</param>
/// <param name="Features">Features that were met.</param>
/// <param name="Finds">Different finds.</param>
internal sealed record FuzzProgress(TimeSpan Elapsed, long Cases, long Frames, int Corpus, int Features, int Finds);
