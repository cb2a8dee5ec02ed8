using System.CommandLine;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Spectre.Console;
using VRouter.Host.Lab;

namespace VRouter.Host.Cli;

/// <summary><c>vrouter lab (up|down|list|exec)</c>: network namespaces wired as a topology file says.</summary>
internal static class LabCommand
{
    private const int HostError = 1;
    private const int ConfigurationError = 2;

    /// <summary>The command with its subcommands.</summary>
    public static Command Create() =>
        new("lab", "Network namespaces wired as a topology file says: nodes, gateways, pods and routers.") { Up(), Down(), List(), Exec() };

    private static Command Up()
    {
        var file = new Argument<string>("FILE") { Description = "The topology file." };
        var name = new Option<string?>("--name") { Description = "The lab's name, instead of the topology's." };
        var prefix = new Option<string?>("--prefix") { Description = "What the namespaces' names begin with, instead of the lab's name and '-'." };
        var command = new Command("up", "Build the lab and start its routers; it stays until 'lab down'.") { file, name, prefix };
        command.SetAction((result, cancellation) => Guard(async () =>
        {
            var topology = TopologyReader.Read(result.GetRequiredValue(file));
            var options = new LabOptions { Name = result.GetValue(name), Prefix = result.GetValue(prefix), Tell = Console.WriteLine };
            var state = await LabBuilder.BuildAsync(topology, options, LabStore.Host, cancellation).ConfigureAwait(false);
            Console.WriteLine($"lab '{state.Name}' is up");
            if (state.Namespaces.FirstOrDefault(space => space.Kind == LabNamespaceKind.Pod) is { } pod)
                Console.WriteLine($"  vrouter lab exec {state.Name} {pod.Label} -- ip route");
            Console.WriteLine($"  vrouter lab down {state.Name}");
            return 0;
        }));
        return command;
    }

    private static Command Down()
    {
        var name = new Argument<string>("NAME") { Description = "The lab." };
        var command = new Command("down", "End the lab's routers and delete its namespaces, also after a crash.") { name };
        command.SetAction((result, _) => Guard(async () =>
        {
            foreach (var note in await LabEnding.EndAsync(result.GetRequiredValue(name), LabStore.Host).ConfigureAwait(false))
                await Console.Error.WriteLineAsync(note).ConfigureAwait(false);
            return 0;
        }));
        return command;
    }

    private static Command List()
    {
        var output = new Option<string>("-o", "--output") { Description = "table or json.", DefaultValueFactory = _ => "table" };
        output.AcceptOnlyFromAmong("table", "json");
        var command = new Command("list", "The labs on this host, and how they are.") { output };
        command.SetAction((result, _) => Guard(() =>
        {
            var labs = LabStore.Host.List();
            if (result.GetValue(output) == "json")
                Console.WriteLine(JsonSerializer.Serialize(labs, LabJson.Default.IReadOnlyListLabState));
            else
                AnsiConsole.Write(TableOf(labs));
            return Task.FromResult(0);
        }));
        return command;
    }

    private static Command Exec()
    {
        var lab = new Argument<string>("NAME") { Description = "The lab." };
        var place = new Argument<string>("PLACE") { Description = "A node, gateway, network or pod of the lab." };
        var words = new Argument<string[]>("CMD") { Description = "The command, after '--'.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("exec", "Run a command in a namespace of the lab; the exit code is the command's.") { lab, place, words };
        command.SetAction((result, cancellation) => Guard(() =>
        {
            LabPrivileges.Demand();
            var name = result.GetRequiredValue(lab);
            var state = LabStore.Host.Load(name) ?? throw new LabException($"there is no lab '{name}'; see: vrouter lab list");
            var label = result.GetRequiredValue(place);
            var space = state.Namespaces.FirstOrDefault(s => s.Label == label)
                ?? throw new LabException($"lab '{name}' has no '{label}'; it has {string.Join(", ", state.Namespaces.Select(s => s.Label))}");
            return RunAttachedAsync(space.Name, result.GetRequiredValue(words), cancellation);
        }));
        return command;
    }

    /// <summary>Runs a command with this terminal; the keys that end programs are the command's to handle.</summary>
    private static async Task<int> RunAttachedAsync(string space, string[] words, CancellationToken cancellation)
    {
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        using var quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, context => context.Cancel = true);
        using var process = Process.Start(new ProcessStartInfo("ip", ["netns", "exec", space, .. words]))!;
        await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        return process.ExitCode;
    }

    private static Table TableOf(IReadOnlyList<LabState> labs)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("lab", "state", "namespaces", "routers", "created", "topology");
        foreach (var lab in labs)
        {
            var alive = lab.BootId == LabBoot.Id ? lab.Routers.Count(router => router.Pid is { } pid && LabProcesses.IsAlive(pid, lab.Token)) : 0;
            var existing = lab.Namespaces.Count(space => Io.Linux.NetworkNamespace.Exists(space.Name));
            table.AddRow(
                Markup.Escape(lab.Name),
                DescribePhase(lab),
                $"{existing} of {lab.Namespaces.Count}",
                $"{alive} of {lab.Routers.Count} running",
                lab.Created.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss"),
                Markup.Escape(lab.Topology));
        }

        return table;
    }

    private static string DescribePhase(LabState lab) => lab switch
    {
        { BootId: var boot } when boot != LabBoot.Id => "left over from before a restart of the host",
        { Phase: LabPhase.Up } => "up",
        { Phase: LabPhase.Building } => "half built",
        _ => "half ended",
    };

    private static async Task<int> Guard(Func<Task<int>> action)
    {
        try
        {
            return await action().ConfigureAwait(false);
        }
        catch (TopologyException e)
        {
            await Console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
            return ConfigurationError;
        }
        catch (LabException e)
        {
            await Console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
            return HostError;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("interrupted; what was built has been taken away").ConfigureAwait(false);
            return HostError;
        }
    }
}
