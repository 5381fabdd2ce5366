using System.Text.RegularExpressions;
using Dashboard.Monitoring.Model;
using Wire;

namespace Dashboard.Localization;

/// <summary>A section's trouble in the reader's language; the cluster's own words stay as they are.</summary>
public static partial class ErrorWords
{
    public static string Of(Text text, SectionError error) => Joined(Words(text, error));

    static string Words(Text text, SectionError error) => error.Kind switch
    {
        SectionErrorKind.TimedOut =>
            error.Waited is { } waited
                ? text["Error_TimedOutWithin", Of(text, error.Source), Format.Seconds(text, waited.TotalSeconds)]
                : text["Error_TimedOut", Of(text, error.Source)],
        SectionErrorKind.Unreachable => text[
            error.Reason switch
            {
                FailureReason.Tls => "Error_Tls",
                FailureReason.Authentication => "Error_Login",
                _ => "Error_Unreachable",
            },
            Of(text, error.Source)],
        SectionErrorKind.Refused => text["Error_Refused", Of(text, error.Source),
            text.Meaning(error.Code) is { } meaning ? $"{error.Code} {meaning}".TrimEnd('。') : error.Code ?? Detail(text, error)],
        SectionErrorKind.Unsupported => text["Error_Unsupported"],
        _ => text["Error_Failed", Detail(text, error)],
    };

    /// <summary>What was tried and answered, below what it comes to.</summary>
    public static string Detail(Text text, SectionError error) => Of(text, error.Told, error.Message);

    /// <summary>A failure's own sentence, where it is one that is told in the reader's language; else its message.</summary>
    public static string Of(Text text, Exception failure) => Of(text, (failure as ICodedFault)?.Told, failure.Message);

    /// <param name="told">Null: the message is all there is.</param>
    public static string Of(Text text, CodedText? told, string? message) => told is null ? message ?? "" : Of(text, told);

    public static string Of(Text text, CodedText told) => ReasonWords.Of(text, told) is { } words ? Joined(words) : told.English;

    /// <summary>Templates have a space for names in Latin letters; between two Chinese characters there is none.</summary>
    static string Joined(string words) => SpaceWithin().Replace(words, "");

    public static string Of(Text text, ErrorSource source) =>
        source.Words is { } words ? text[words.Key, [.. words.Arguments]] : source.Name;

    [GeneratedRegex(@"(?<=[\p{IsCJKUnifiedIdeographs}）]) (?=\p{IsCJKUnifiedIdeographs})")]
    private static partial Regex SpaceWithin();
}
