namespace VRouter.EndToEnd.Tests.Support;

/// <summary>The lab of three nodes in one mode, shared by the tests of a class; built by the first that asks.</summary>
public abstract class ModeFixture(string ipip, string vxlan, string driver = "auto") : IAsyncLifetime
{
    private TestLab? lab;

    /// <summary>The mode.</summary>
    public PoolMode Mode { get; } = new(ipip, vxlan);

    /// <inheritdoc/>
    public Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (lab is not null)
            await lab.DisposeAsync();
    }

    /// <summary>The lab; the test is skipped where it cannot be.</summary>
    internal async Task<TestLab> LabAsync(params string[] tools)
    {
        TestLab.Demand(tools);
        return lab ??= await ThreeNodes.BuildAsync(Mode.Ipip, Mode.Vxlan, driver: driver);
    }
}
