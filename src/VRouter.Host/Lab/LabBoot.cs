namespace VRouter.Host.Lab;

/// <summary>Identifies the present run of the kernel: what was recorded in another one is gone.</summary>
internal static class LabBoot
{
    /// <summary>The kernel's random boot id.</summary>
    public static string Id { get; } = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
}
