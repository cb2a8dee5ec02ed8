namespace VRouter.Host.Bench.Io;

/// <summary>What was measured from pod to pod over two nodes.</summary>
/// <param name="Ping">Round trips of ICMP echo.</param>
/// <param name="Udp">Round trips of UDP.</param>
/// <param name="TcpBitsPerSecond">One TCP stream; null without iperf3.</param>
internal sealed record PairResults(Percentiles? Ping, Percentiles? Udp, double? TcpBitsPerSecond);
