using System.Collections.Immutable;

namespace Dashboard.Monitoring;

/// <summary>How keys and values of some topics are to be read. Of several rules the first that fits a topic counts.</summary>
/// <param name="Topics">Names; <c>*</c> stands for any run of characters.</param>
/// <param name="Key">A format's name, as REST has it; null: by what the bytes say.</param>
public sealed record DecodeRule(ImmutableArray<string> Topics, string? Key, string? Value);
