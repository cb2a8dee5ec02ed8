using System.Diagnostics.CodeAnalysis;

namespace VRouter.Io.Linux;

/// <summary>Either a value or a <see cref="LinuxError"/>. The default value is neither and counts as a failure with errno 0.</summary>
/// <typeparam name="T">What success gives.</typeparam>
public readonly struct Result<T>
{
    private readonly T? value;
    private readonly bool ok;

    private Result(T value)
    {
        this.value = value;
        ok = true;
    }

    private Result(LinuxError error) => Error = error;

    /// <summary>True if there is a value.</summary>
    public bool IsOk => ok;

    /// <summary>Why there is none; meaningless after success.</summary>
    public LinuxError Error { get; }

    /// <summary>Gives the value if there is one, else the error.</summary>
    public bool TryGet([MaybeNullWhen(false)] out T value, out LinuxError error)
    {
        value = this.value;
        error = Error;
        return ok;
    }

    /// <summary>The value; for callers that cannot go on without it.</summary>
    /// <exception cref="LinuxException">There is none.</exception>
    public T OrThrow() => ok ? value! : throw new LinuxException(Error);

    /// <summary>Success.</summary>
    public static implicit operator Result<T>(T value) => new(value);

    /// <summary>Failure.</summary>
    public static implicit operator Result<T>(LinuxError error) => new(error);
}
