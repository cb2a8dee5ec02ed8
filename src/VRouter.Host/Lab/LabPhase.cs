namespace VRouter.Host.Lab;

/// <summary>How far a lab is.</summary>
internal enum LabPhase
{
    /// <summary>It is being built, or its builder was killed before it was done.</summary>
    Building,

    /// <summary>It is complete.</summary>
    Up,

    /// <summary>It is being ended.</summary>
    Ending,
}
