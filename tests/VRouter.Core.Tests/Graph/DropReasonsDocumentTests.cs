using System.Text;
using VRouter.Core.Graph;
using VRouter.TestKit;

namespace VRouter.Core.Tests.Graph;

public sealed class DropReasonsDocumentTests
{
    [Fact]
    public void Document_MadeFromTheDeclarations_IsUpToDate()
    {
        var text = new StringBuilder("""
            # Drop reasons

            Made from `src/VRouter.Core/Graph/DropReason.cs`; do not edit. `vrouter show drops` counts each.

            | reason | severity | what happened | ICMP error |
            |---|---|---|---|

            """);
        foreach (var reason in DropReasons.All)
        {
            var info = DropReasons.Describe(reason);
            var severity = info.Severity.ToString().ToLowerInvariant();
            text.Append($"| `{DropReasons.Label(reason)}` | {severity} | {info.Sentence} | {TextOf(info.Icmp)} |\n");
        }

        Assert.Null(GeneratedDocument.Compare("drop-reasons.md", text.ToString()));
    }

    private static string TextOf(IcmpReply reply) => reply switch
    {
        IcmpReply.None => "",
        IcmpReply.NetworkUnreachable => "network unreachable (3/0)",
        IcmpReply.HostUnreachable => "host unreachable (3/1)",
        IcmpReply.ProtocolUnreachable => "protocol unreachable (3/2)",
        IcmpReply.PortUnreachable => "port unreachable (3/3)",
        IcmpReply.FragmentationNeeded => "fragmentation needed (3/4)",
        IcmpReply.TimeExceeded => "time exceeded (11/0)",
        IcmpReply.ReassemblyTimeExceeded => "reassembly time exceeded (11/1)",
        IcmpReply.ParameterProblem => "parameter problem (12/0)",
        _ => throw new ArgumentOutOfRangeException(nameof(reply), reply, "No text for this ICMP error."),
    };
}
