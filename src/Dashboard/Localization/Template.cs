using System.Globalization;
using System.Text;

namespace Dashboard.Localization;

/// <summary>A piece of a sentence: fixed words, or the place of an argument.</summary>
/// <param name="Argument">Its index; -1 for fixed words.</param>
/// <param name="IsId">The argument is a number that names something (a broker, an epoch, a port): it is no quantity, so nothing separates
/// its digits.</param>
public readonly record struct TemplatePart(string Words, int Argument, bool IsId = false);

/// <summary>
/// Sentences with places: {0} is an argument, {0#} one that is an id, {0?one|many} chooses words by the count in argument 0.
/// </summary>
public static class Template
{
    public static string Fill(string template, IReadOnlyList<object?> arguments)
    {
        var text = new StringBuilder(template.Length + 16);
        foreach (var part in Parts(template, arguments))
        {
            text.Append(part.Argument < 0 ? part.Words : Show(Counted(template, part.Argument, arguments), part.IsId));
        }
        return text.ToString();
    }

    /// <summary>Notes have texts as arguments: one by whose count words are chosen is a quantity.</summary>
    static object? Counted(string template, int argument, IReadOnlyList<object?> arguments) =>
        arguments[argument] is string text && template.Contains($"{{{argument}?", StringComparison.Ordinal)
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? count
            : arguments[argument];

    /// <summary>
    /// The template cut at its arguments, words by count already chosen. An argument that is missing stays as it is written.
    /// </summary>
    public static IEnumerable<TemplatePart> Parts(string template, IReadOnlyList<object?> arguments)
    {
        var from = 0;
        while (from < template.Length)
        {
            var open = template.IndexOf('{', from);
            var close = open < 0 ? -1 : template.IndexOf('}', open);
            if (close < 0)
            {
                yield return new(template[from..], -1);
                yield break;
            }
            if (open > from)
            {
                yield return new(template[from..open], -1);
            }
            yield return Place(template[(open + 1)..close], arguments);
            from = close + 1;
        }
    }

    public static string Show(object? argument, bool isId = false) => argument switch
    {
        null => "",
        int or long or short when isId => string.Format(CultureInfo.InvariantCulture, "{0}", argument),
        int or long or short => string.Format(CultureInfo.InvariantCulture, "{0:N0}", argument),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => argument.ToString() ?? "",
    };

    static TemplatePart Place(string inside, IReadOnlyList<object?> arguments)
    {
        var question = inside.IndexOf('?');
        var isId = inside is [.., '#'];
        var number = question >= 0 ? inside[..question] : isId ? inside[..^1] : inside;
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var index) || index >= arguments.Count)
        {
            return new("{" + inside + "}", -1);
        }
        if (question < 0)
        {
            return new("", index, isId);
        }
        var words = inside[(question + 1)..].Split('|');
        return new(IsOne(arguments[index]) ? words[0] : words[^1], -1);
    }

    static bool IsOne(object? argument) => argument switch
    {
        int count => count == 1,
        long count => count == 1,
        string count => count == "1",
        _ => false,
    };
}
