using System.Text;

namespace VRouter.Host.Configuration.Reading;

/// <summary>Which names Linux takes for a network interface.</summary>
internal static class InterfaceName
{
    /// <summary>The most bytes of a name (IFNAMSIZ less the terminating zero).</summary>
    public const int MaxBytes = 15;

    /// <summary>What a name must be, for messages.</summary>
    public const string Form = "an interface name: 1 to 15 bytes without '/', ':' and white space";

    public static bool IsValid(string name) =>
        name.Length > 0 && Encoding.UTF8.GetByteCount(name) <= MaxBytes && name is not ("." or "..")
        && !name.Any(c => c is '/' or ':' || char.IsWhiteSpace(c) || char.IsControl(c));
}
