using Xunit;

namespace VRouter.TestKit.Properties;

/// <summary>A test of a property of <see cref="PropertyTests"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PropertyAttribute : FactAttribute
{
    /// <summary>Random cases in an ordinary run. A longer run tries all properties of a test project in the proportion of these numbers.</summary>
    public int Cases { get; set; } = 1000;
}
