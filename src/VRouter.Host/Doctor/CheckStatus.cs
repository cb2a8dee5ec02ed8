using System.Text.Json.Serialization;

namespace VRouter.Host.Doctor;

/// <summary>What a check found.</summary>
public enum CheckStatus
{
    /// <summary>As it should be.</summary>
    [JsonStringEnumMemberName("ok")]
    Ok,

    /// <summary>The kernel lacks it, and vRouter does without.</summary>
    [JsonStringEnumMemberName("absent")]
    Absent,

    /// <summary>Something is likely to surprise; the note says what to do.</summary>
    [JsonStringEnumMemberName("warning")]
    Warning,

    /// <summary>vRouter cannot work here without it; the note says what to do.</summary>
    [JsonStringEnumMemberName("missing")]
    Missing,

    /// <summary>It could not be tried with this process's permissions.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown,
}
