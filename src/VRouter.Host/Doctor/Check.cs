namespace VRouter.Host.Doctor;

/// <summary>One thing that was looked at.</summary>
/// <param name="Name">A short name, stable for programs: "tpacket-v3".</param>
/// <param name="Status">What was found.</param>
/// <param name="Found">What was found, in words.</param>
/// <param name="Note">What follows from it: what vRouter uses, or what to do.</param>
public sealed record Check(string Name, CheckStatus Status, string Found, string Note);
