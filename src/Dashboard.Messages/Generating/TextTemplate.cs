using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;

namespace Dashboard.Messages.Generating;

/// <summary>
/// Text with places to be filled, <c>{{counter}}</c>, as <see cref="TemplateFields"/> has them. In a template that is JSON, what is filled
/// in between quotes is escaped as JSON wants it. Thread safe.
/// </summary>
public sealed class TextTemplate
{
    public const int MostCharacters = 1 << 18, MostFields = 500;

    /// <summary>What a template may become.</summary>
    public const int MostResult = 8 << 20;

    const string Open = "{{", Close = "}}";

    readonly ImmutableArray<Part> parts;

    TextTemplate(ImmutableArray<Part> parts, bool isJson) => (this.parts, IsJson) = (parts, isJson);

    /// <summary>It begins as JSON does.</summary>
    public bool IsJson { get; }

    /// <exception cref="TemplateException">Says what is wrong, and where.</exception>
    public static TextTemplate Parse(string text)
    {
        if (text.Length > MostCharacters)
        {
            throw new TemplateException($"A template has at most {MostCharacters} characters.", MostCharacters);
        }

        var isJson = text.AsSpan().TrimStart() is ['{' or '[' or '"', ..] && !text.AsSpan().TrimStart().StartsWith(Open);
        var parts = ImmutableArray.CreateBuilder<Part>();
        var (at, isQuoted) = (0, false);
        while (text.IndexOf(Open, at, StringComparison.Ordinal) is var open and >= 0)
        {
            // {{{counter}}} is an object's brace before a place
            while (open + Open.Length < text.Length && text[open + Open.Length] == '{')
            {
                open++;
            }

            var close = End(text, open);
            Literal(text[at..open]);
            if (parts.Count > 2 * MostFields) // with a literal before each
            {
                throw new TemplateException($"A template has at most {MostFields} places.", open + 1);
            }

            var field = TemplateFields.Parse(text[(open + Open.Length)..close], open + Open.Length + 1);
            parts.Add(new Part(null, field, isJson && isQuoted, isJson));
            at = close + Close.Length;
        }

        Literal(text[at..]);
        return new TextTemplate(parts.ToImmutable(), isJson);

        void Literal(string literal)
        {
            if (literal.Length > 0)
            {
                isQuoted = EndsQuoted(literal, isQuoted);
                parts.Add(new Part(literal, null, false, false));
            }
        }
    }

    public string Fill(Draw draw)
    {
        var text = new StringBuilder();
        foreach (var part in parts)
        {
            text.Append(part.Literal ?? part.Escaped(part.Field!(draw)));
            if (text.Length > MostResult)
            {
                throw new TemplateException($"It becomes longer than {MostResult} characters.", 1);
            }
        }

        return text.ToString();
    }

    /// <summary>Of the braces that close, past quotes.</summary>
    static int End(string text, int open)
    {
        var isQuoted = false;
        for (var i = open + Open.Length; i < text.Length; i++)
        {
            if (text[i] == '\\' && isQuoted)
            {
                i++;
            }
            else if (text[i] == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (!isQuoted && text.AsSpan(i).StartsWith(Close))
            {
                return i;
            }
        }

        throw new TemplateException("{{ is not closed by }}.", open + 1);
    }

    static bool EndsQuoted(string literal, bool isQuoted)
    {
        for (var i = 0; i < literal.Length; i++)
        {
            if (literal[i] == '\\' && isQuoted)
            {
                i++;
            }
            else if (literal[i] == '"')
            {
                isQuoted = !isQuoted;
            }
        }

        return isQuoted;
    }

    readonly record struct Part(string? Literal, Func<Draw, string>? Field, bool IsInString, bool IsInJson)
    {
        public string Escaped(string value) => IsInString ? JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(value)
            : IsInJson && value is "True" or "False" ? value.ToLowerInvariant() // Bogus writes them as .NET does
            : value;
    }
}
