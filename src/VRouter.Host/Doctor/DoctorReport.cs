namespace VRouter.Host.Doctor;

/// <summary>What this host offers to a router.</summary>
/// <param name="Kernel">The kernel's release, for bug reports; nothing is concluded from it.</param>
/// <param name="Checks">What was looked at.</param>
public sealed record DoctorReport(string Kernel, IReadOnlyList<Check> Checks)
{
    /// <summary>True unless something is missing that vRouter cannot do without.</summary>
    public bool CanRun => Checks.All(check => check.Status != CheckStatus.Missing);

    /// <summary>Looks at everything. What it tries out it tries in a network namespace of its own, which is gone afterwards.</summary>
    public static DoctorReport Create()
    {
        List<Check> checks = [.. PermissionChecks.All()];
        checks.AddRange(Trials.Run());
        checks.AddRange(SettingChecks.All());
        checks.AddRange(LeftoverChecks.All());
        return new DoctorReport(File.ReadAllText("/proc/sys/kernel/osrelease").Trim(), checks);
    }
}
