namespace VRouter.Host.Bench;

/// <summary>What the rounds of one measurement gave.</summary>
/// <param name="Min">The least value.</param>
/// <param name="Median">The middle one; of an even number the upper of the two.</param>
/// <param name="Max">The greatest.</param>
internal sealed record Spread(double Min, double Median, double Max)
{
    /// <summary>Of at least one value, in any order.</summary>
    public static Spread Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return new Spread(sorted[0], sorted[sorted.Length / 2], sorted[^1]);
    }

    /// <summary>Each value times a factor above zero.</summary>
    public Spread Times(double factor) => new(Min * factor, Median * factor, Max * factor);

    /// <summary>From times to rates or back: a number divided by each value.</summary>
    public Spread Under(double number) => new(number / Max, number / Median, number / Min);
}
