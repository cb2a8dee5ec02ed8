namespace VRouter.Host.Lab;

/// <summary>The host did not let a lab be built, used or ended. The message is meant for a person and says what to do.</summary>
public sealed class LabException : Exception
{
    /// <summary>Takes the message.</summary>
    public LabException(string message)
        : base(message)
    {
    }

    /// <summary>Takes the message and what caused it.</summary>
    public LabException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
