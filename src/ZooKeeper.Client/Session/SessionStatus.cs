using Wire;
using Wire.Security;

namespace ZooKeeper.Client.Session;

/// <summary>What the session's loop publishes for readers on other threads; replaced as a whole.</summary>
sealed record SessionStatus(
    SessionState State,
    long SessionId = 0,
    TimeSpan Timeout = default,
    string? Server = null,
    bool ReadOnly = false,
    CodedText? LastError = null,
    FailureReason? LastReason = null);
