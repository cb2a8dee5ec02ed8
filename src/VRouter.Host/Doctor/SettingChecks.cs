namespace VRouter.Host.Doctor;

/// <summary>Settings of the host that people ask about; vRouter changes none of them.</summary>
internal static class SettingChecks
{
    private const string Folder = "/proc/sys/net/ipv4";

    public static IEnumerable<Check> All()
    {
        yield return Read("ip-forward", "ip_forward", "vRouter does not need it; with 1, the guard keeps the host from forwarding pods' packets a second time");
        yield return Read("rp-filter", "conf/all/rp_filter", "it does not concern vRouter's frames, which are read before the host's IP layer");
    }

    private static Check Read(string name, string setting, string note)
    {
        try
        {
            var value = File.ReadAllText(Path.Combine(Folder, setting)).Trim();
            return new Check(name, CheckStatus.Ok, $"net.ipv4.{setting.Replace('/', '.')} = {value}", note);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Check(name, CheckStatus.Unknown, e.Message, note);
        }
    }
}
