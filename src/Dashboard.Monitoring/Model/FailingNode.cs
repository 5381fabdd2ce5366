using Wire;

namespace Dashboard.Monitoring.Model;

/// <summary>A hosted node that failed more than once in a row, and is started again until somebody stops it.</summary>
/// <param name="Since">Of the first failure.</param>
/// <param name="Reason">Of the last.</param>
/// <param name="LongestWait">Between its end and the next start.</param>
public sealed record FailingNode(string Name, int Failures, DateTimeOffset Since, CodedText Reason, TimeSpan LongestWait);
