using BenchmarkDotNet.Running;
using VRouter.Benchmarks.Lpm;
using VRouter.Benchmarks.Timing;

switch (args)
{
    case ["engine", .. var arguments]:
        return EngineTimer.Run(arguments);
    case ["lpm", .. var arguments]:
        return LpmCommand.Run(arguments);
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        return 0;
}
