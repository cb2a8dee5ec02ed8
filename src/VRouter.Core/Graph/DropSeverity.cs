namespace VRouter.Core.Graph;

/// <summary>How much an operator should care about a drop.</summary>
public enum DropSeverity
{
    /// <summary>The network works as intended: a filter or a protocol rule took effect.</summary>
    Info,

    /// <summary>A sender did something wrong or hostile.</summary>
    Warning,

    /// <summary>A resource of this router, or its configuration, is short or wrong.</summary>
    Error,
}
