using Wire;

namespace Dashboard.Localization;

/// <summary>A reason in the reader's language; what brokers and registries say themselves stays as it is.</summary>
public static class ReasonWords
{
    /// <summary>Null: its English words are all there is, or all that is needed.</summary>
    public static string? Of(Text text, CodedText? why)
    {
        if (why is null || Text.Language == "en")
        {
            return null;
        }

        object?[] given = [.. why.Arguments.Select(argument => argument is CodedText inner ? ErrorWords.Of(text, inner) : argument)];
        return (why.Code, given) switch
        {
            (CodedText.PlainCode, _) => null,
            ("kafka", [string code, string said]) => text.Meaning(code) is { } meaning ? $"{meaning}（{said}）" : null,
            ("zookeeper", [string code]) => text.Meaning(code),
            ("denied", [string who, string kind, string action, string cluster]) => text[
                "Access_WhyNot", who, text[$"Access_{kind}_{action}"], cluster, action.ToLowerInvariant(), kind.ToLowerInvariant()],
            ("skip", [string code, ..]) => text.Find($"Skip_{code}") is { } skipped ? Template.Fill(skipped, given[1..]) : null,
            _ => text.Find($"Said_{why.Code}") is { } template ? Template.Fill(template, given) : null,
        };
    }
}
