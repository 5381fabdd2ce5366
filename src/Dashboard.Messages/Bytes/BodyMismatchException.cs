using System.Text.Json;
using Wire;

namespace Dashboard.Messages.Bytes;

/// <summary>What was given does not fit the format or schema it is to be written in.</summary>
/// <param name="path">Where: "$.customer.age"; "$" is the whole.</param>
/// <param name="why">What is wrong there, as the rest of a sentence.</param>
public sealed class BodyMismatchException(string path, string why) : Exception(path == "$" ? why : $"{path}: {why}"), ICodedFault
{
    const int Shown = 40;

    public string Path => path;

    /// <summary>Of a record, which part does not fit, key or value; null where there is but one.</summary>
    public string? Part { get; private set; }

    public CodedText? Told => path == "$"
        ? CodedText.Of("mismatch", $"{why}")
        : CodedText.Of("mismatchAt", $"{path}: {why}");

    /// <summary>The same, said of a part.</summary>
    public BodyMismatchException Of(string part)
    {
        Part = part;
        return this;
    }

    public static BodyMismatchException Of(string expected, JsonElement found, string path)
    {
        var text = found.GetRawText();
        return new(path, $"{expected} is expected, not {(text.Length > Shown ? text[..Shown] + "…" : text)}");
    }
}
