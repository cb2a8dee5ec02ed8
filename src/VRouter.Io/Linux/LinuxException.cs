namespace VRouter.Io.Linux;

/// <summary>A failed operation, thrown only by <see cref="Result{T}.OrThrow"/>: never on the data path.</summary>
public sealed class LinuxException : Exception
{
    /// <summary>Wraps the error.</summary>
    public LinuxException(LinuxError error)
        : base(error.ToString()) => Error = error;

    /// <summary>What failed and why.</summary>
    public LinuxError Error { get; }
}
