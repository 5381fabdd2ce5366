using Wire;

namespace Dashboard.Security.Identity;

/// <summary>Why something of accounts, tokens or sessions cannot be done.</summary>
public enum IdentityFault
{
    /// <summary>There is none of that name or id.</summary>
    Unknown,

    /// <summary>There is one already, or it is the last that is needed.</summary>
    Conflict,

    /// <summary>What was given cannot be taken.</summary>
    Invalid,

    /// <summary>There are as many as there may be.</summary>
    Limit,

    /// <summary>The user may not.</summary>
    Forbidden,
}

/// <summary>Nothing was changed; what is told is for the user, and holds no secret.</summary>
public sealed class IdentityException(IdentityFault fault, CodedText told) : Exception(told.English), ICodedFault
{
    public IdentityFault Fault => fault;

    public CodedText Told => told;
}
