namespace VRouter.Io.Tests.Support;

/// <summary>Runs Python code with scapy's names, as an independent judge of bytes.</summary>
internal static class Scapy
{
    /// <summary>Returns what the code prints.</summary>
    public static string Run(string code)
    {
        Requires.Tool("scapy");
        // Debian's scapy belongs to the system's interpreter, which need not be the first in PATH.
        return Shell.Run("/usr/bin/python3", "-c", "from scapy.all import *\n" + code);
    }
}
