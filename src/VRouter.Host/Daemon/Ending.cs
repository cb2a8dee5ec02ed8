namespace VRouter.Host.Daemon;

/// <summary>Something to do at the end, once.</summary>
internal sealed class Ending(Action action) : IDisposable
{
    private Action? action = action;

    /// <inheritdoc/>
    public void Dispose()
    {
        action?.Invoke();
        action = null;
    }
}
