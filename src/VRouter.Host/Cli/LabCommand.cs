using System.CommandLine;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Spectre.Console;
using VRouter.Host.Demo;
using VRouter.Host.Lab;
using VRouter.Io.Linux;

namespace VRouter.Host.Cli;

/// <summary><c>vrouter lab (up|down|list|exec)</c>: network namespaces wired as a topology file says.</summary>
internal static class LabCommand
{
    /// <summary>The command with its subcommands.</summary>
    public static Command Create() => new CommandWithExamples(
        "lab",
        "Network namespaces wired as a topology file says: nodes, gateways, pods and routers.",
        ("vrouter lab up labs/three-nodes.yaml", "build a lab and start its routers"),
        ("vrouter lab exec three-nodes busybox-1 -- ping 192.168.121.2", "run a command in one of its pods"),
        ("vrouter lab down three-nodes", "leave nothing behind"))
    {
        Up(), Down(), List(), Exec(),
    };

    private static Command Up()
    {
        var file = new Argument<string>("FILE") { Description = "The topology file." };
        var name = new Option<string?>("--name") { Description = "The lab's name, instead of the topology's." };
        var prefix = new Option<string?>("--prefix") { Description = "What the namespaces' names begin with, instead of the lab's name and '-'." };
        var command = new Command("up", "Build the lab and start its routers; it stays until 'lab down'.") { file, name, prefix };
        command.SetAction((result, cancellation) => LabErrors.Translate(async () =>
        {
            var output = result.InvocationConfiguration.Output;
            var topology = TopologyReader.Read(result.GetRequiredValue(file));
            var options = new LabOptions { Name = result.GetValue(name), Prefix = result.GetValue(prefix), Tell = output.WriteLine };
            var state = await LabBuilder.BuildAsync(topology, options, LabStore.Host, cancellation).ConfigureAwait(false);
            await output.WriteLineAsync($"lab '{state.Name}' is up").ConfigureAwait(false);
            if (state.Namespaces.FirstOrDefault(space => space.Kind == LabNamespaceKind.Pod) is { } pod)
                await output.WriteLineAsync($"  vrouter lab exec {state.Name} {pod.Label} -- ip route").ConfigureAwait(false);
            await output.WriteLineAsync($"  vrouter lab down {state.Name}").ConfigureAwait(false);
            return ExitCode.Ok;
        }));
        return command;
    }

    private static Command Down()
    {
        var name = new Argument<string>("NAME") { Description = "The lab." };
        var command = new Command("down", "End the lab's routers and delete its namespaces, also after a crash.") { name };
        command.SetAction((result, _) => LabErrors.Translate(async () =>
        {
            foreach (var note in await LabEnding.EndAsync(result.GetRequiredValue(name), LabStore.Host).ConfigureAwait(false))
                await result.InvocationConfiguration.Error.WriteLineAsync(note).ConfigureAwait(false);
            return ExitCode.Ok;
        }));
        return command;
    }

    private static Command List()
    {
        var format = new Option<string>("-o", "--output") { Description = "table or json.", DefaultValueFactory = _ => "table" };
        format.AcceptOnlyFromAmong("table", "json");
        var command = new Command("list", "The labs on this host, and how they are.") { format };
        command.SetAction((result, _) => LabErrors.Translate(() =>
        {
            var output = result.InvocationConfiguration.Output;
            var labs = LabStore.Host.List();
            if (result.GetValue(format) == "json")
                output.WriteLine(JsonSerializer.Serialize(labs, LabJson.Default.IReadOnlyListLabState));
            else if (labs.Count == 0)
                output.WriteLine("no labs");
            else
                DemoReport.ConsoleOn(output).Write(TableOf(labs));
            return Task.FromResult(ExitCode.Ok);
        }));
        return command;
    }

    private static AttachedCommand Exec()
    {
        var lab = new Argument<string>("NAME") { Description = "The lab." };
        var place = new Argument<string>("PLACE") { Description = "A node, gateway, network or pod of the lab." };
        var words = new Argument<string[]>("CMD") { Description = "The command, after '--'.", Arity = ArgumentArity.OneOrMore };
        var command = new AttachedCommand("exec", "Run a command in a namespace of the lab; the exit code is the command's.") { lab, place, words };
        command.SetAction((result, _) => LabErrors.Translate(() =>
        {
            LabPrivileges.Demand();
            var name = result.GetRequiredValue(lab);
            var state = LabStore.Host.Load(name) ?? throw new LabException($"there is no lab '{name}'; see: vrouter lab list");
            var label = result.GetRequiredValue(place);
            var space = state.Namespaces.FirstOrDefault(s => s.Label == label)
                ?? throw new LabException($"lab '{name}' has no '{label}'; it has {string.Join(", ", state.Namespaces.Select(s => s.Label))}");
            return RunAttachedAsync(space.Name, result.GetRequiredValue(words));
        }));
        return command;
    }

    /// <summary>Runs a command with this terminal; the keys that end programs are the command's to handle.</summary>
    private static async Task<int> RunAttachedAsync(string space, string[] words)
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
            var existing = lab.Namespaces.Count(space => NetworkNamespace.Exists(space.Name));
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
}
