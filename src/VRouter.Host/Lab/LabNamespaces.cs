using VRouter.Io.Linux;

namespace VRouter.Host.Lab;

/// <summary>Creates, identifies, sets up and deletes the network namespaces of labs.</summary>
internal static class LabNamespaces
{
    /// <summary>Creates a namespace and records its identity in <paramref name="space"/>.</summary>
    /// <exception cref="LabException">The host refused.</exception>
    public static async Task CreateAsync(LabNamespace space, CancellationToken cancellation)
    {
        var result = await HostCommand.RunAsync("ip", ["netns", "add", space.Name], cancellation: cancellation).ConfigureAwait(false);
        if (result.ExitCode != 0)
            throw new LabException($"ip netns add {space.Name}: {result.Errors.Trim()}");
        space.Inode = InodeOf(space.Name);
    }

    /// <summary>Switches IPv6 off in a namespace, for the interfaces that it has and for those that it will get.</summary>
    public static void DisableIPv6(string name)
    {
        if (!Directory.Exists("/proc/sys/net/ipv6"))
            return;
        WriteSysctl(name, "net.ipv6.conf.all.disable_ipv6", "1");
        WriteSysctl(name, "net.ipv6.conf.default.disable_ipv6", "1");
    }

    /// <summary>Writes one kernel setting in a namespace.</summary>
    /// <exception cref="LabException">There is no such setting, or the value is refused.</exception>
    public static void WriteSysctl(string name, string sysctl, string value)
    {
        var path = SysctlPath(sysctl);
        try
        {
            if (!NetworkNamespace.Run<bool>(name, () => { File.WriteAllText(path, value); return true; }).TryGet(out _, out var error))
                throw new LabException($"cannot enter the namespace '{name}': {error}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LabException($"sysctl {sysctl}={value} in '{name}': {e.Message}", e);
        }
    }

    /// <summary>The inode number that identifies a namespace while the host runs, or null if there is none of that name.</summary>
    public static ulong? InodeOf(string name)
    {
        // "net:[4026532281]"; the link tells the namespace of the thread that reads it.
        var inside = NetworkNamespace.Run<string>(name, () => new FileInfo("/proc/thread-self/ns/net").LinkTarget ?? "");
        return inside.TryGet(out var link, out _) && ulong.TryParse(link.AsSpan().TrimStart("net:[").TrimEnd(']'), out var inode) ? inode : null;
    }

    /// <summary>
    /// Deletes a namespace of a lab with all interfaces in it. One of the same name that is not the lab's is left alone. Processes that
    /// are still inside are not ended; they keep an empty namespace without a name.
    /// </summary>
    /// <returns>What a person should know, one sentence each.</returns>
    public static async Task<IReadOnlyList<string>> DeleteAsync(LabNamespace space, string bootId)
    {
        if (!NetworkNamespace.Exists(space.Name))
            return [];
        var inode = InodeOf(space.Name);
        if (inode is not null && (bootId != LabBoot.Id || (space.Inode is not null && space.Inode != inode)))
            return [$"the namespace '{space.Name}' is no longer this lab's and was left alone"];

        var notes = new List<string>();
        if (inode is not null)
            notes.AddRange(await EmptyAsync(space.Name).ConfigureAwait(false));
        var result = await HostCommand.RunAsync("ip", ["netns", "delete", space.Name]).ConfigureAwait(false);
        if (result.ExitCode != 0)
            notes.Add($"ip netns delete {space.Name}: {result.Errors.Trim()}");
        return notes;
    }

    private static async Task<IReadOnlyList<string>> EmptyAsync(string name)
    {
        var users = await HostCommand.RunAsync("ip", ["netns", "pids", name]).ConfigureAwait(false);
        var pids = users.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (pids.Length == 0)
            return [];
        var links = await HostCommand.RunAsync("ip", ["-n", name, "-brief", "link"]).ConfigureAwait(false);
        foreach (var line in links.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var link = line.Split([' ', '@'], 2)[0];
            if (link != "lo")
                await HostCommand.RunAsync("ip", ["-n", name, "link", "delete", link]).ConfigureAwait(false);
        }

        return [.. pids.Select(pid => $"process {pid} ({LabProcesses.NameOf(pid)}) is still inside '{name}'; its interfaces are gone, the process was not ended")];
    }

    private static string SysctlPath(string name)
    {
        // As sysctl(8): dots part the folders; a slash in a name stands for a dot, as in "net/ipv4/conf/eth0.6/rp_filter".
        var parts = name.Contains('/') ? name.Split('/') : name.Split('.');
        if (parts[0] != "net" || parts.Any(part => part is "" or "." or ".."))
            throw new LabException($"'{name}' is no kernel setting of a network namespace; these begin with 'net.'");
        return Path.Combine(["/proc/sys", .. parts]);
    }
}
