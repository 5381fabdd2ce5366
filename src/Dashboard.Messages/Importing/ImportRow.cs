using Dashboard.Messages.Producing;

namespace Dashboard.Messages.Importing;

/// <summary>What a row of a file becomes: a record, or what is wrong with it.</summary>
/// <param name="Line">Where it begins in the file, from 1 on.</param>
/// <param name="Timestamp">Ms since 1970; null: of now.</param>
/// <param name="Fault">One sentence; null for a record.</param>
public sealed record ImportRow(long Line, RecordToSend? Record, long? Timestamp, string? Fault)
{
    public static ImportRow Wrong(long line, string fault) => new(line, null, null, fault);
}
