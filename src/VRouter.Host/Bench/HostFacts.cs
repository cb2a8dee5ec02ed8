using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Arm = System.Runtime.Intrinsics.Arm;

namespace VRouter.Host.Bench;

/// <summary>Where a benchmark ran: what one must know to compare figures.</summary>
/// <param name="Version">vRouter's version.</param>
/// <param name="Cpu">The processor's name as Linux tells it.</param>
/// <param name="Cores">Cores that this process may use.</param>
/// <param name="TimestampGigahertz">The rate of the time stamp counter; null where Linux does not tell it.</param>
/// <param name="Architecture">As "X64".</param>
/// <param name="InstructionSets">Those that the runtime compiles for here.</param>
/// <param name="OperatingSystem">Kernel and distribution.</param>
/// <param name="Runtime">As ".NET 10.0.0".</param>
/// <param name="Compilation">"jit", or "ahead of time".</param>
/// <param name="TieredCompilation">Whether methods begin with quick code, which hot ones exchange for optimised.</param>
/// <param name="TieredPgo">Whether the optimised code is guided by what the quick code did.</param>
/// <param name="ServerGarbageCollector">The kind of garbage collector.</param>
internal sealed record HostFacts(
    string Version,
    string Cpu,
    int Cores,
    double? TimestampGigahertz,
    string Architecture,
    IReadOnlyList<string> InstructionSets,
    string OperatingSystem,
    string Runtime,
    string Compilation,
    bool TieredCompilation,
    bool TieredPgo,
    bool ServerGarbageCollector)
{
    /// <summary>Of this process and host.</summary>
    public static HostFacts Read()
    {
        var isJit = RuntimeFeature.IsDynamicCodeCompiled;
        var isTiered = isJit && IsOn("System.Runtime.TieredCompilation", "TieredCompilation");
        return new HostFacts(
            Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0],
            CpuInfo("model name") ?? RuntimeInformation.ProcessArchitecture.ToString(),
            PinnedThread.AllowedCores().Length,
            // On x86 Linux prints twice the counter's megahertz as "bogomips"; elsewhere the word means something else.
            X86Base.IsSupported && CpuInfo("bogomips") is { } value ? Math.Round(double.Parse(value) / 2000, 3) : null,
            RuntimeInformation.ProcessArchitecture.ToString(),
            [.. Sets().Where(set => set.IsSupported).Select(set => set.Name)],
            $"Linux {File.ReadAllText("/proc/sys/kernel/osrelease").Trim()} ({RuntimeInformation.OSDescription})",
            RuntimeInformation.FrameworkDescription,
            isJit ? "jit" : "ahead of time",
            isTiered,
            isTiered && IsOn("System.Runtime.TieredPGO", "TieredPGO"),
            System.Runtime.GCSettings.IsServerGC);
    }

    private static string? CpuInfo(string key) => File.ReadLines("/proc/cpuinfo")
        .FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal))?.Split(':', 2) is [_, var value] ? value.Trim() : null;

    // On unless the program's settings or the environment turn it off; the environment counts more.
    private static bool IsOn(string setting, string variable) =>
        (Environment.GetEnvironmentVariable($"DOTNET_{variable}") ?? AppContext.GetData(setting)?.ToString()) is not ("0" or "false" or "False");

    private static (string Name, bool IsSupported)[] Sets() =>
    [
        ("SSE4.2", Sse42.IsSupported), ("AVX", Avx.IsSupported), ("AVX2", Avx2.IsSupported), ("BMI1", Bmi1.IsSupported), ("BMI2", Bmi2.IsSupported),
        ("FMA", Fma.IsSupported), ("LZCNT", Lzcnt.IsSupported), ("POPCNT", Popcnt.IsSupported), ("AVX-512F", Avx512F.IsSupported),
        ("AVX-512BW", Avx512BW.IsSupported), ("AVX-512CD", Avx512CD.IsSupported), ("AVX-512DQ", Avx512DQ.IsSupported), ("AVX-512VBMI", Avx512Vbmi.IsSupported),
        ("AdvSimd", Arm.AdvSimd.IsSupported), ("CRC32", Arm.Crc32.IsSupported), ("DotProd", Arm.Dp.IsSupported),
    ];
}
