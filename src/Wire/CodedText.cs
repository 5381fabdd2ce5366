using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Serialization;

namespace Wire;

/// <summary>
/// A sentence for people that pages tell in the reader's language: they find it by its code. Logs and REST have the English one.
/// </summary>
/// <param name="Code">"PortTaken": of the resources, with "Said_" in front.</param>
/// <param name="Arguments">The values of the sentence's places, in their order; another sentence of this kind may be among them.</param>
[JsonConverter(typeof(CodedTextJson))]
public sealed record CodedText(string Code, string English, ImmutableArray<object?> Arguments)
{
    public const string PlainCode = "Plain";

    /// <param name="english">Interpolated; its places are the arguments, in the order of the sentence.</param>
    public static CodedText Of(string code, CodedTextBuilder english) => new(code, english.Text, english.Arguments);

    /// <summary>Words that have no translation, such as the operating system's or a server's own.</summary>
    public static implicit operator CodedText(string words) => Plain(words);

    public static CodedText Plain(string words) => CodedText.Of(PlainCode, $"{words}");

    /// <summary>What a failure says.</summary>
    public static CodedText Of(Exception failure) => (failure as ICodedFault)?.Told ?? Plain(failure.Message);

    /// <summary>One after the other, with semicolons; at least one.</summary>
    public static CodedText All(IEnumerable<CodedText> parts) => parts.Aggregate((one, next) => CodedText.Of("Both", $"{one}; {next}"));

    /// <summary>The words have the arguments in them.</summary>
    public bool Equals(CodedText? other) => other is not null && Code == other.Code && English == other.English;

    public override int GetHashCode() => HashCode.Combine(Code, English);

    public override string ToString() => English;
}

/// <summary>A failure whose message pages tell in the reader's language.</summary>
public interface ICodedFault
{
    /// <summary>Null: the message has no translation: it is the operating system's, or a server's own.</summary>
    CodedText? Told { get; }
}

/// <summary>A text that is not of its form. The message says what is expected, and never holds a secret.</summary>
public class CodedFormatException(CodedText told, Exception? inner = null) : FormatException(told.English, inner), ICodedFault
{
    public CodedText Told { get; } = told;

    CodedText? ICodedFault.Told => Told;
}

/// <summary>Made by the compiler of an interpolated string: its text, and the values in its places.</summary>
[InterpolatedStringHandler]
public readonly struct CodedTextBuilder
{
    readonly StringBuilder text;
    readonly ImmutableArray<object?>.Builder arguments;

    public CodedTextBuilder(int literalLength, int formattedCount) =>
        (text, arguments) = (new StringBuilder(literalLength), ImmutableArray.CreateBuilder<object?>(formattedCount));

    internal string Text => text.ToString();

    internal ImmutableArray<object?> Arguments => arguments.ToImmutable();

    public void AppendLiteral(string literal) => text.Append(literal);

    public void AppendFormatted<T>(T value)
    {
        text.Append(CultureInfo.InvariantCulture, $"{value}");
        arguments.Add(value);
    }

    /// <summary>What has a format is an argument as it is formatted.</summary>
    public void AppendFormatted<T>(T value, string format)
        where T : IFormattable => AppendFormatted(value.ToString(format, CultureInfo.InvariantCulture));
}
