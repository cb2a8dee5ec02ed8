namespace VRouter.Host.Lab;

/// <summary>Takes a lab away, from its recorded state alone.</summary>
internal static class LabEnding
{
    /// <summary>Ends the lab of a name, also one whose builder was killed.</summary>
    /// <returns>What a person should know, one sentence each; empty if nothing is left.</returns>
    /// <exception cref="LabException">There is no such lab, or the host refused.</exception>
    public static async Task<IReadOnlyList<string>> EndAsync(string name, LabStore store)
    {
        LabPrivileges.Demand();
        using var held = store.Lock(name);
        var state = store.Load(name) ?? throw new LabException($"there is no lab '{name}'; see: vrouter lab list");
        return await EndAsync(state, store).ConfigureAwait(false);
    }

    /// <summary>Ends a lab whose lock the caller holds.</summary>
    public static async Task<IReadOnlyList<string>> EndAsync(LabState state, LabStore store)
    {
        var notes = new List<string>();
        if (Directory.Exists(store.FolderOf(state.Name)))
        {
            state.Phase = LabPhase.Ending;
            store.Save(state);
        }

        if (state.BootId == LabBoot.Id)
            notes.AddRange(await LabProcesses.EndAsync(state.Token).ConfigureAwait(false));
        foreach (var space in Enumerable.Reverse(state.Namespaces))
            notes.AddRange(await LabNamespaces.DeleteAsync(space, state.BootId).ConfigureAwait(false));
        store.Delete(state.Name);
        return notes;
    }
}
