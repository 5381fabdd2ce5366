using Dashboard.Messages.Bytes;

namespace Dashboard.Localization;

/// <summary>A reason in the reader's language; what brokers and registries say themselves stays as it is.</summary>
public static class ReasonWords
{
    /// <summary>Null: its English words are all there is, or all that is needed.</summary>
    public static string? Of(Text text, CodedReason? why)
    {
        if (why is null or { Code.Length: 0 } || Text.Language == "en")
        {
            return null;
        }

        string[] given = why.Arguments.IsDefault ? [] : [.. why.Arguments];
        return (why.Code, given) switch
        {
            ("kafka", [var code, var said]) => text.Meaning(code) is { } meaning ? $"{meaning}（{said}）" : null,
            ("denied", [var who, var kind, var action, var cluster]) => text[
                "Access_WhyNot", who, text[$"Access_{kind}_{action}"], cluster, action.ToLowerInvariant(), kind.ToLowerInvariant()],
            ("skip", [var code, ..]) => text.Find($"Skip_{code}") is { } skipped ? Template.Fill(skipped, given[1..]) : null,
            _ => text.Find($"Reason_{why.Code}") is { } template ? Template.Fill(template, [.. given, Cause()]) : null,
        };

        string? Cause() => why.Cause is { } cause ? Of(text, cause) ?? cause.Words : null;
    }
}
