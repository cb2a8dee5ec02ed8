using FsCheck;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;

namespace VRouter.TestKit.Properties;

/// <summary>Keeps what FsCheck tells of a failure.</summary>
internal sealed class FailureRecorder : IRunner
{
    /// <summary>The smallest input that fails; null while none does.</summary>
    public object? Counterexample { get; private set; }

    /// <summary>Why it fails.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>Cases tried.</summary>
    public int Cases { get; private set; }

    /// <summary>Steps in which the input was made smaller.</summary>
    public int Shrinks { get; private set; }

    /// <inheritdoc/>
    public void OnStartFixture(Type t)
    {
    }

    /// <inheritdoc/>
    public void OnArguments(int ntest, FSharpList<object> args, FSharpFunc<int, FSharpFunc<FSharpList<object>, string>> every) => Cases = ntest + 1;

    /// <inheritdoc/>
    public void OnShrink(FSharpList<object> args, FSharpFunc<FSharpList<object>, string> everyShrink) => Shrinks++;

    /// <inheritdoc/>
    public void OnFinished(string name, TestResult result)
    {
        switch (result)
        {
            case TestResult.Failed failed:
                // The arguments as made smaller, and the outcome with them.
                Counterexample = failed.Item3.Head;
                Reason = failed.Item4 is Outcome.Failed { Item: var exception } ? exception.ToString() : failed.Item4.ToString();
                break;
            case TestResult.Passed:
                break;
            default:
                throw new InvalidOperationException($"{name}: {result}");
        }
    }
}
