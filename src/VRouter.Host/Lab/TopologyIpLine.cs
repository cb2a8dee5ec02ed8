using VRouter.Host.Configuration;
namespace VRouter.Host.Lab;

/// <summary>One line for <c>ip -batch</c>, without the leading "ip".</summary>
public sealed record TopologyIpLine(SourceLocation Location, string Text);
