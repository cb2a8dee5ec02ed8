using VRouter.Host.Demo;

namespace VRouter.Host.Tests.Demo;

public class PingResultTests
{
    [Fact]
    public void Parse_Answers_TakesTheLast()
    {
        const string output = """
            PING 192.168.121.2 (192.168.121.2) 56(84) bytes of data.
            64 bytes from 192.168.121.2: icmp_seq=1 ttl=62 time=1.25 ms
            64 bytes from 192.168.121.2: icmp_seq=2 ttl=61 time=0.50 ms

            --- 192.168.121.2 ping statistics ---
            2 packets transmitted, 2 received, 0% packet loss, time 201ms
            """;

        Assert.Equal(new PingResult("a", "b", true, 61, 0.5), PingResult.Parse("a", "b", output));
    }

    [Theory]
    [InlineData("")]
    [InlineData("From 10.0.0.1 icmp_seq=1 Destination Host Unreachable\n2 packets transmitted, 0 received, +1 errors, 100% packet loss")]
    public void Parse_NoAnswer_IsNotReached(string output) =>
        Assert.False(PingResult.Parse("a", "b", output).Reached);
}
