using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VRouter.Core.Forwarding;

namespace VRouter.Host.Fuzz;

/// <summary>
/// What code that SharpFuzz instrumented has run: a map whose places are pairs of branches, each with a count, as AFL's. One for the process, since instrumented code
/// finds it in a static field.
/// </summary>
internal static unsafe class InstrumentedCode
{
    /// <summary>Bytes of the map.</summary>
    public const int Size = 1 << 16;

    // By name: SharpFuzz takes a file that refers to this type for an instrumented one, and refuses it.
    private const string File = "SharpFuzz.Common";
    private const string Trace = $"{File}.Trace, {File}";

    /// <summary>True if this is a copy of the program that <see cref="InstrumentedCopy"/> made.</summary>
    public static bool IsPresent { get; } = typeof(ForwardingEngine).Assembly.GetReferencedAssemblies().Any(name => name.Name == File);

    /// <summary>The counts; empty where nothing is instrumented and no other fuzzer gave a map.</summary>
    public static Span<byte> Map => SharedMem(null) is null ? [] : new Span<byte>(SharedMem(null), Size);

    // Instrumented code writes without asking, so the map must be there before any of it runs.
    [ModuleInitializer]
    internal static void Attach()
    {
        if (IsPresent)
            SharedMem(null) = (byte*)NativeMemory.AllocZeroed(Size);
    }

    /// <summary>Forgets what ran so far.</summary>
    public static void Clear()
    {
        Map.Clear();
        PrevLocation(null) = 0;
    }

    [UnsafeAccessor(UnsafeAccessorKind.StaticField, Name = nameof(SharedMem))]
    private static extern ref byte* SharedMem([UnsafeAccessorType(Trace)] object? type);

    [UnsafeAccessor(UnsafeAccessorKind.StaticField, Name = nameof(PrevLocation))]
    private static extern ref int PrevLocation([UnsafeAccessorType(Trace)] object? type);
}
