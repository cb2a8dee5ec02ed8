using System.Globalization;
using System.Reflection;

namespace VRouter.TestKit.Properties;

/// <summary>How many random cases a run tries, and which: from the environment.</summary>
public static class PropertySettings
{
    private const string SeedVariable = "VROUTER_PROPERTY_SEED";
    private const string CasesVariable = "VROUTER_PROPERTY_CASES";

    /// <summary>The run's seed: <c>VROUTER_PROPERTY_SEED</c>, or a new one for each process.</summary>
    public static ulong Seed { get; } = Read(SeedVariable) ?? (ulong)System.Random.Shared.Next();

    /// <summary>
    /// Cases for a property: what it declares, or, where <c>VROUTER_PROPERTY_CASES</c> is set, its part of so many over all properties of its assembly.
    /// </summary>
    public static long CasesOf(PropertyAttribute property, Assembly assembly)
    {
        if (Read(CasesVariable) is not { } total)
            return property.Cases;
        var declared = assembly.GetTypes().SelectMany(type => type.GetMethods())
            .Sum(method => (long)(method.GetCustomAttribute<PropertyAttribute>()?.Cases ?? 0));
        return Math.Max(1, (long)Math.Ceiling((double)total * property.Cases / declared));
    }

    private static ulong? Read(string variable)
    {
        var text = Environment.GetEnvironmentVariable(variable);
        if (string.IsNullOrEmpty(text))
            return null;
        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new InvalidOperationException($"{variable} must be a whole number, not '{text}'.");
    }
}
