using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VRouter.Io.Ports;

namespace VRouter.Host.Daemon.WarmUp;

/// <summary>
/// Compiles the code of ports that reach the host without running it, since nothing may be sent: all methods of the ports' namespaces, and the system calls.
/// </summary>
internal static class PortCode
{
    private const BindingFlags Own = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly string[] Namespaces = ["VRouter.Io.Ports", "VRouter.Io.Ports.AfPacket", "VRouter.Io.Offload", "VRouter.Io.Linux"];

    /// <summary>Compiles.</summary>
    /// <param name="isOver">True ends it early.</param>
    /// <returns>The number of methods that were prepared.</returns>
    public static int Compile(Func<bool> isOver)
    {
        var prepared = 0;
        foreach (var type in typeof(AfPacketPort).Assembly.GetTypes().Where(type => Namespaces.Contains(type.Namespace)))
        {
            if (type.ContainsGenericParameters || typeof(Delegate).IsAssignableFrom(type))
                continue;
            foreach (var method in type.GetMethods(Own))
            {
                if (isOver())
                    return prepared;
                if (method.IsAbstract || method.ContainsGenericParameters)
                    continue;
                if ((method.Attributes & MethodAttributes.PinvokeImpl) != 0)
                    Marshal.Prelink(method);
                else
                    RuntimeHelpers.PrepareMethod(method.MethodHandle);
                prepared++;
            }
        }

        return prepared;
    }
}
