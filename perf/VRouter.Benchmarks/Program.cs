using BenchmarkDotNet.Running;
using VRouter.Benchmarks.Charts;
using VRouter.Benchmarks.Lpm;
using VRouter.Benchmarks.Ports;
using VRouter.Benchmarks.Routes;
using VRouter.Benchmarks.Workers;
using VRouter.Host.Cli;

switch (args)
{
    case ["engine", .. var arguments]:
        return await VRouterCommand.RunAsync(["bench", "engine", .. arguments], Console.Out, Console.Error);
    case ["charts", .. var arguments]:
        return ChartsCommand.Run(arguments);
    case ["lpm", .. var arguments]:
        return LpmCommand.Run(arguments);
    case ["routes", .. var arguments]:
        return RoutesCommand.Run(arguments);
    case ["ports"]:
        return PortsCommand.Run();
    case ["workers", "io"]:
        return WorkersOverPorts.Run();
    case ["workers"]:
        return WorkersCommand.Run();
    default:
        BenchmarkSwitcher.FromAssembly(typeof(LpmCommand).Assembly).Run(args);
        return 0;
}
