namespace VRouter.Host.Fuzz;

/// <summary>What a run of the fuzzer did.</summary>
/// <param name="Target">The target's name.</param>
/// <param name="Seed">Where the random numbers began.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Cases">Inputs that were run, the seeds and those of the corpus included, those of the minimiser not.</param>
/// <param name="Frames">Frames in them, each counted once; 0 for targets that take no frames.</param>
/// <param name="Corpus">Inputs in the corpus at the end.</param>
/// <param name="Features">Features that were met.</param>
/// <param name="Finds">What was found, one of each signature.</param>
internal sealed record FuzzReport(string Target, ulong Seed, double Seconds, long Cases, long Frames, int Corpus, int Features, IReadOnlyList<FuzzFind> Finds);
