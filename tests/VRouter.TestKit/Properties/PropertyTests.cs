using System.Reflection;
using System.Runtime.CompilerServices;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;
using Xunit.Abstractions;

namespace VRouter.TestKit.Properties;

/// <summary>
/// Properties that hold for all inputs, tried on random ones by FsCheck. A failing input is made smaller while it still fails, and shown with the seed that brings it
/// back. Cases come in batches of as many as <see cref="PropertyAttribute.Cases"/>; each batch has the seed of the one before plus one, so that the seed of a
/// failing batch in a long run fails in the first batch of an ordinary run.
/// </summary>
/// <param name="output">Where each property tells how many cases it tried, and the seed.</param>
public abstract class PropertyTests(ITestOutputHelper output)
{
    // Nothing here depends on FsCheck's size: a batch must be the same however many there are.
    private const int Size = 50;

    /// <summary>Tries a property.</summary>
    /// <param name="make">Makes an input of random numbers; equal numbers must make equal inputs.</param>
    /// <param name="shrink">Inputs that are a little simpler, the simplest first.</param>
    /// <param name="property">Throws where the property does not hold.</param>
    /// <param name="describe">Shows an input to people.</param>
    /// <param name="name">The test's name.</param>
    protected void Check<T>(Func<System.Random, T> make, Func<T, IEnumerable<T>> shrink, Action<T> property, Func<T, string> describe, [CallerMemberName] string name = "")
    {
        var attribute = GetType().GetMethod(name)?.GetCustomAttribute<PropertyAttribute>()
            ?? throw new InvalidOperationException($"{name} has no [Property].");
        var cases = PropertySettings.CasesOf(attribute, GetType().Assembly);
        output.WriteLine($"property {GetType().Name}.{name}: {cases} cases, seed {PropertySettings.Seed}");
        var arbitrary = Arb.From(Gen.Choose(0, int.MaxValue).Select(seed => make(new System.Random(seed))), shrink);
        var body = Prop.ForAll(arbitrary, property);
        var seed = PropertySettings.Seed;
        for (var left = cases; left > 0; left -= attribute.Cases)
        {
            var failure = new FailureRecorder();
            FsCheck.Check.One(
                Config.Quick.WithName(name).WithMaxTest((int)Math.Min(left, attribute.Cases)).WithStartSize(Size).WithEndSize(Size).WithRunner(failure)
                    .WithReplay(FSharpOption<Replay>.Some(new Replay(new Rnd(Mix(seed, name)), FSharpOption<int>.None))),
                body);
            if (failure.Counterexample is { } counterexample)
                throw new PropertyFailedException(Describe(name, seed, cases - left + failure.Cases, failure, describe((T)counterexample)));
            seed++;
        }
    }

    private static string Describe(string name, ulong seed, long number, FailureRecorder failure, string counterexample) =>
        $"{name} does not hold; case {number}, made smaller in {failure.Shrinks} steps:\n{counterexample}\n{failure.Reason}\nTo see it again: VROUTER_PROPERTY_SEED={seed}";

    // Each property has its own numbers (FNV-1a over the name).
    private static ulong Mix(ulong seed, string name)
    {
        var hash = 0xcbf29ce484222325UL ^ seed;
        foreach (var letter in name)
            hash = unchecked((hash ^ letter) * 0x100000001b3UL);
        return hash;
    }
}
