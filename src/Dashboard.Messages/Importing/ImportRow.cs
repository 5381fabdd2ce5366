using Dashboard.Messages.Bytes;
using Dashboard.Messages.Producing;
using Wire;

namespace Dashboard.Messages.Importing;

/// <summary>What a row of a file becomes: a record, or what is wrong with it.</summary>
/// <param name="Line">Where it begins in the file, from 1 on.</param>
/// <param name="Timestamp">Ms since 1970; null: of now.</param>
/// <param name="Why">What is wrong; null for a record.</param>
public sealed record ImportRow(long Line, RecordToSend? Record, long? Timestamp, CodedText? Why)
{
    /// <summary>One sentence, in English.</summary>
    public string? Fault => Why?.English;

    public static ImportRow Wrong(long line, CodedText why) => new(line, null, null, why);
}

/// <summary>A field of a row is not what it has to be.</summary>
sealed class RowFaultException(CodedText why) : FormatException(why.English), ICodedFault
{
    public CodedText? Told => why;

    /// <param name="words">As <see cref="CodedText"/> has them.</param>
    public static RowFaultException Of(string code, CodedTextBuilder words) => new(CodedText.Of(code, words));
}
