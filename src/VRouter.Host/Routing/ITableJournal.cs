namespace VRouter.Host.Routing;

/// <summary>Keeps account of the changes of the tables, and of the moment at which each worker comes to see them.</summary>
internal interface ITableJournal
{
    /// <summary>Notes a change and makes it. Called by one thread at a time.</summary>
    /// <param name="step">The change.</param>
    /// <param name="make">Makes it. Called once, while no worker is within a pass, after each has reported that it holds nothing of the tables.</param>
    void Make(TableStep step, Action make);
}
