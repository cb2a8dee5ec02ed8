namespace VRouter.Host.Bench.Lpm;

/// <summary>What was asked for.</summary>
/// <param name="Core">The core that the measuring thread stayed on.</param>
/// <param name="Rounds">Measured rounds of each traffic.</param>
/// <param name="AddressesPerRound">Lookups in a round.</param>
/// <param name="BatchSize">Addresses of one call.</param>
/// <param name="Routes">Routes in the table.</param>
/// <param name="NextHops">Adjacencies that they lead to.</param>
/// <param name="RouteSource">The file, or "generated".</param>
internal sealed record LpmSettings(int Core, int Rounds, int AddressesPerRound, int BatchSize, int Routes, int NextHops, string RouteSource);
