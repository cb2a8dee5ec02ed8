using VRouter.Core.Wire;

namespace VRouter.Differential.Tests.Network;

/// <summary>A frame on one of the router's links: one that is put in, or one that came out.</summary>
/// <param name="Port">Index of the port, as in <see cref="TwinNetwork"/>.</param>
/// <param name="Frame">From the Ethernet header on, without the frame check sequence.</param>
internal sealed record PortFrame(int Port, byte[] Frame)
{
    /// <summary>"workload 02005e…".</summary>
    public override string ToString() => $"{TwinNetwork.PortNames[Port]} {Convert.ToHexStringLower(Frame)}";

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    /// <exception cref="FormatException">The text names no port, or holds no hexadecimal digits.</exception>
    public static PortFrame Parse(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var port = words.Length == 2 ? Array.IndexOf(TwinNetwork.PortNames, words[0]) : -1;
        return port >= 0 ? new PortFrame(port, Convert.FromHexString(words[1])) : throw new FormatException($"'{text}' is not a port and a frame.");
    }

    /// <summary>True if there are headers for Ethernet, and the type is IPv4's.</summary>
    public bool IsIPv4 => Frame.Length >= EthernetHeader.Size && Frame[12] == 0x08 && Frame[13] == 0x00;
}
