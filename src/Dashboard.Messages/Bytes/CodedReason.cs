using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;

namespace Dashboard.Messages.Bytes;

/// <summary>
/// Why something is not as it was asked for: a code and what it is about, so that each reader has it in their language.
/// </summary>
/// <param name="Code">Empty: there are English words alone.</param>
/// <param name="Words">In English, for programs, logs and the audit log.</param>
public sealed record CodedReason(string Code, ImmutableArray<string> Arguments, string Words)
{
    /// <summary>What it comes from: its words are one more argument, the last.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CodedReason? Cause { get; init; }

    /// <param name="words">With a place for each argument, as string.Format has them.</param>
    /// <param name="arguments">A reason among them is the cause: at most one, the last.</param>
    public static CodedReason Of(string code, string words, params IReadOnlyList<object> arguments) => new(
        code,
        [.. arguments.Where(a => a is not CodedReason).Select(a => string.Create(CultureInfo.InvariantCulture, $"{a}"))],
        string.Format(CultureInfo.InvariantCulture, words, [.. arguments]))
    {
        Cause = arguments is [.., CodedReason cause] ? cause : null,
    };

    /// <summary>Somebody else's words.</summary>
    public static CodedReason Plain(string words) => new("", [], words);

    /// <summary>Of a fault that has no more than its message.</summary>
    public static CodedReason Of(Exception fault) => fault is ICodedFault coded ? coded.Why : Plain(fault.Message);

    public override string ToString() => Words;
}

/// <summary>A fault that each reader can have in their language; its message is in English.</summary>
public interface ICodedFault
{
    CodedReason Why { get; }
}
