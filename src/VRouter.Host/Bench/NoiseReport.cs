namespace VRouter.Host.Bench;

/// <summary>How quiet the machine was.</summary>
/// <param name="Noisy">True if there is a note.</param>
/// <param name="LoadAverage">Of the last minute before the benchmark.</param>
/// <param name="CalibrationMedianPercent">How much longer than its least time the fixed loop took: median, percent.</param>
/// <param name="CalibrationMaxPercent">The same at most.</param>
/// <param name="DisturbedRounds">Rounds before or after which it took over 3 % longer.</param>
/// <param name="Rounds">All rounds.</param>
/// <param name="Notes">Sentences for people.</param>
internal sealed record NoiseReport(
    bool Noisy,
    double LoadAverage,
    double CalibrationMedianPercent,
    double CalibrationMaxPercent,
    int DisturbedRounds,
    int Rounds,
    IReadOnlyList<string> Notes);
