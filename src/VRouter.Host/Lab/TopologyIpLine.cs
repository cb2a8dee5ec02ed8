namespace VRouter.Host.Lab;

/// <summary>One line for <c>ip -batch</c>, without the leading "ip".</summary>
public sealed record TopologyIpLine(TopologyLocation Location, string Text);
