using VRouter.Core.Forwarding;
using VRouter.Core.Reassembly;
using VRouter.Core.Tables;

namespace VRouter.Host.Recording;

/// <summary>The options of the whole router's engines: all of <see cref="EngineOptions"/> that is a value.</summary>
internal sealed record RecordedEngine
{
    /// <summary>As <see cref="EngineOptions.Neighbors"/>.</summary>
    public NeighborOptions Neighbors { get; init; } = new();

    /// <summary>As <see cref="EngineOptions.NeighborQueue"/>.</summary>
    public NeighborQueueOptions NeighborQueue { get; init; } = new();

    /// <summary>As <see cref="EngineOptions.Reassembly"/>.</summary>
    public ReassemblyOptions Reassembly { get; init; } = new();

    /// <summary>As <see cref="EngineOptions.IcmpErrors"/>.</summary>
    public IcmpErrorOptions IcmpErrors { get; init; } = new();

    /// <summary>As <see cref="EngineOptions.FirstIdentification"/>.</summary>
    public ushort FirstIdentification { get; init; }

    /// <summary>As <see cref="EngineOptions.FusedPath"/>.</summary>
    public bool FusedPath { get; init; }

    /// <summary>As <see cref="EngineOptions.UniversalTimeOffset"/>.</summary>
    public long? UniversalTimeOffset { get; init; }

    /// <summary>Takes what is a value out of the options.</summary>
    public static RecordedEngine Of(EngineOptions options) => new()
    {
        Neighbors = options.Neighbors,
        NeighborQueue = options.NeighborQueue,
        Reassembly = options.Reassembly,
        IcmpErrors = options.IcmpErrors,
        FirstIdentification = options.FirstIdentification,
        FusedPath = options.FusedPath,
        UniversalTimeOffset = options.UniversalTimeOffset,
    };

    /// <summary>The options of a worker's engine.</summary>
    public EngineOptions ToOptions(EngineShare share, NeighborSeat? seat) => new()
    {
        Neighbors = Neighbors,
        NeighborQueue = NeighborQueue,
        Reassembly = Reassembly,
        IcmpErrors = IcmpErrors,
        FirstIdentification = FirstIdentification,
        FusedPath = FusedPath,
        UniversalTimeOffset = UniversalTimeOffset,
        Share = share,
        Seat = seat,
    };
}
