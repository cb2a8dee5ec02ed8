namespace VRouter.Host.Fuzz;

/// <summary>The checks: docs/fuzzing.md says what each means.</summary>
internal static class Oracles
{
    /// <summary>An exception that the target does not declare.</summary>
    public const string Exception = "exception";

    /// <summary>More steps or more time than the input can be worth.</summary>
    public const string Hang = "hang";

    /// <summary>More memory than the input can be worth.</summary>
    public const string Memory = "memory";

    /// <summary>Frames that did not come back to the pool.</summary>
    public const string Leak = "leak";

    /// <summary>Counters that do not add up.</summary>
    public const string Counters = "counters";

    /// <summary>The fused path and the graph differ.</summary>
    public const string Fused = "fused";

    /// <summary>The same run twice differs.</summary>
    public const string Determinism = "determinism";

    /// <summary>A write outside of the frame's slot.</summary>
    public const string Bounds = "bounds";

    /// <summary>A sent frame that is not valid on the wire.</summary>
    public const string Wire = "wire";

    /// <summary>A sent frame that no route leads to that port, or that no received frame accounts for.</summary>
    public const string Route = "route";

    /// <summary>A result that contradicts itself.</summary>
    public const string Result = "result";
}
