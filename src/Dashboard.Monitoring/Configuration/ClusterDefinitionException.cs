using Wire;

namespace Dashboard.Monitoring;

/// <summary>A definition cannot be taken.</summary>
/// <param name="field">"id", "kafka", "properties.sasl.mechanism"; null when it is none of one field.</param>
/// <param name="told">One sentence that a person can act on. Never a secret.</param>
public sealed class ClusterDefinitionException(string? field, CodedText told) : Exception(told.English), ICodedFault
{
    public CodedText Told => told;

    public string? Field { get; } = field;

    public DefinitionFault Fault { get; init; }
}

/// <summary>Why a definition cannot be taken.</summary>
public enum DefinitionFault
{
    /// <summary>A field is missing, or not of its form.</summary>
    Wrong,

    /// <summary>There is no such cluster.</summary>
    Unknown,

    /// <summary>It is in the way of what is there: the id is taken, there is no room, or the cluster is changed elsewhere.</summary>
    Conflict,

    /// <summary>The user may not.</summary>
    Denied,
}
