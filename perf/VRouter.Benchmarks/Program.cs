using BenchmarkDotNet.Running;
using VRouter.Benchmarks.Timing;

if (args is ["engine", ..])
    return EngineTimer.Run(args[1..]);
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
