using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Bogus;

namespace Dashboard.Messages.Generating;

/// <summary>
/// What may stand between the braces: <c>counter [FIRST [STEP]]</c>, <c>random LEAST MOST</c>, <c>choice "a" "b"</c>, <c>uuid</c>,
/// <c>now ["unix" | "ms" | FORMAT]</c>, <c>lorem WORDS</c>, and the fields of Bogus, <c>name.fullName</c> or <c>finance.amount 1 100 2</c>.
/// </summary>
static class TemplateFields
{
    const int MostWords = 10_000;

    static readonly CultureInfo culture = CultureInfo.InvariantCulture;

    /// <summary>As people write them, and as Bogus names them.</summary>
    static readonly Dictionary<string, string> aliases =
        new(StringComparer.OrdinalIgnoreCase) { ["phone"] = "phone_number", ["random"] = "randomizer" };

    /// <param name="text">What stands between the braces.</param>
    /// <param name="column">Where it begins, from 1 on.</param>
    public static Func<Draw, string> Parse(string text, int column)
    {
        var words = Words(text, column);
        if (words is [])
        {
            throw new TemplateException("Between {{ and }} nothing is named; there is {{counter}}, say.", column);
        }

        var (name, at) = words[0];
        var rest = words.RemoveAt(0);
        return name switch
        {
            "counter" => Counter(rest, at),
            "random" => Number(rest, at),
            "choice" => rest.Length > 0
                ? draw => rest[draw.Faker.Random.Int(0, rest.Length - 1)].Text
                : throw new TemplateException("choice takes what to choose from: choice \"a\" \"b\".", at),
            "uuid" => None(rest, draw => draw.Faker.Random.Guid().ToString()),
            "now" => Now(rest),
            "lorem" => Lorem(rest),
            _ when name.Contains('.', StringComparison.Ordinal) => OfBogus(name, rest, at),
            _ => throw new TemplateException(
                $"There is no {name}; there are counter, random, choice, uuid, now, lorem, and fields such as name.fullName.", at),
        };
    }

    static Func<Draw, string> Counter(ImmutableArray<Word> given, int column)
    {
        var (first, step) = (given.Length > 0 ? Whole(given[0]) : 1, given.Length > 1 ? Whole(given[1]) : 1);
        return given.Length <= 2
            // past the last number it begins at the least one: no end of a job that has run for months
            ? draw => unchecked(first + (draw.Number * step)).ToString(culture)
            : throw new TemplateException("counter takes where it begins and its step at most: counter 1 10.", column);
    }

    static Func<Draw, string> Number(ImmutableArray<Word> given, int column)
    {
        if (given.Length != 2)
        {
            throw new TemplateException("random takes the least and the most: random 1 100.", column);
        }

        if (given.Any(word => word.Text.Contains('.', StringComparison.Ordinal)))
        {
            var (from, to) = (Decimal(given[0]), Decimal(given[1]));
            var digits = given.Max(word => word.Text.Length - 1 - word.Text.IndexOf('.', StringComparison.Ordinal));
            // Math.Round takes at most 15
            return InOrder(from <= to, given, draw => Math.Round(draw.Faker.Random.Double(from, to), Math.Min(digits, 15))
                .ToString($"F{Math.Min(digits, 15)}", culture));
        }

        var (least, most) = (Whole(given[0]), Whole(given[1]));
        return InOrder(least <= most, given, draw => draw.Faker.Random.Long(least, most).ToString(culture));
    }

    static Func<Draw, string> InOrder(bool isInOrder, ImmutableArray<Word> given, Func<Draw, string> field) => isInOrder
        ? field
        : throw new TemplateException($"{given[0].Text} is more than {given[1].Text}.", given[0].Column);

    static Func<Draw, string> Now(ImmutableArray<Word> given)
    {
        if (given.Length > 1)
        {
            throw new TemplateException("now takes a format at most: now \"yyyy-MM-dd\".", given[1].Column);
        }

        var format = given.Length == 0 ? "yyyy-MM-dd'T'HH:mm:ss.fff'Z'" : given[0].Text;
        try
        {
            return format switch
            {
                "unix" => draw => draw.Now.ToUnixTimeSeconds().ToString(culture),
                "ms" => draw => draw.Now.ToUnixTimeMilliseconds().ToString(culture),
                _ when DateTimeOffset.UnixEpoch.ToString(format, culture).Length > 0 =>
                    draw => draw.Now.UtcDateTime.ToString(format, culture),
                _ => throw new FormatException(),
            };
        }
        catch (FormatException)
        {
            throw new TemplateException(
                $"\"{format}\" is no format of a time; there are unix, ms, and those as yyyy-MM-dd.", given[0].Column);
        }
    }

    static Func<Draw, string> Lorem(ImmutableArray<Word> given)
    {
        var count = given.Length > 0 ? Whole(given[0]) : 3;
        return given.Length <= 1 && count is > 0 and <= MostWords
            ? draw => string.Join(' ', draw.Faker.Lorem.Words((int)count))
            : throw new TemplateException($"lorem takes how many words, 1 to {MostWords}.", given[0].Column);
    }

    static Func<Draw, string> None(ImmutableArray<Word> given, Func<Draw, string> field) => given is []
        ? field
        : throw new TemplateException($"Nothing follows here: \"{given[0].Text}\" means nothing.", given[0].Column);

    /// <summary>Tried once: a fault in its arguments is reported at their place.</summary>
    static Func<Draw, string> OfBogus(string name, ImmutableArray<Word> given, int column)
    {
        var (set, field) = (name[..name.IndexOf('.', StringComparison.Ordinal)], name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..]);
        var known = aliases.GetValueOrDefault(set, set);
        var fields = Tokenizer.MustashMethods.Select(m => m.Key).Where(key => IsOf(key, known)).Select(key => key[(known.Length + 1)..])
            .Select(key => key.ToLowerInvariant()).Order(StringComparer.Ordinal).ToList();
        var called = field.IndexOf('(', StringComparison.Ordinal) is var open and >= 0 ? field[..open] : field;
        if (!fields.Contains(called, StringComparer.OrdinalIgnoreCase))
        {
            var sets = Tokenizer.MustashMethods.Select(m => m.Key.Split('.')[0].ToLowerInvariant()).Distinct()
                .Order(StringComparer.Ordinal);
            throw new TemplateException(
                fields.Count > 0 ? $"There is no {name}; of {set} there are {string.Join(", ", fields)}."
                    : $"There is no {name}; there are fields of {string.Join(", ", sets)}.",
                column);
        }

        var arguments = given.Length == 0 ? "" : $"({string.Join(',', given.Select(word => word.Text))})";
        var text = $"{{{{{known}.{field}{arguments}}}}}";
        try
        {
            var trial = new Draw(0);
            trial.Next(0, DateTimeOffset.UnixEpoch);
            if (trial.Faker.Parse(text) is null)
            {
                throw new ArgumentException("it makes nothing");
            }
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException
            or System.Reflection.TargetInvocationException or IndexOutOfRangeException or OverflowException)
        {
            throw new TemplateException($"{name} does not take {(arguments.Length > 0 ? arguments : "nothing")}.", column);
        }

        return draw => draw.Faker.Parse(text);
    }

    static bool IsOf(string key, string set) =>
        key.StartsWith(set, StringComparison.OrdinalIgnoreCase) && key.Length > set.Length && key[set.Length] == '.';

    static long Whole(Word word) => long.TryParse(word.Text, NumberStyles.AllowLeadingSign, culture, out var number)
        ? number
        : throw new TemplateException($"A whole number is expected, not {word.Text}.", word.Column);

    static double Decimal(Word word) => double.TryParse(word.Text, NumberStyles.Float, culture, out var number) && double.IsFinite(number)
        ? number
        : throw new TemplateException($"A number is expected, not {word.Text}.", word.Column);

    readonly record struct Word(string Text, int Column);

    /// <summary>Apart by blanks; between quotes as one, with \" for a quote.</summary>
    static ImmutableArray<Word> Words(string text, int column)
    {
        var words = ImmutableArray.CreateBuilder<Word>();
        for (var i = 0; i < text.Length;)
        {
            if (char.IsWhiteSpace(text[i]))
            {
                i++;
                continue;
            }

            var (begin, word, isQuoted) = (i, new StringBuilder(), text[i] == '"');
            for (i += isQuoted ? 1 : 0; i < text.Length && !(isQuoted ? text[i] == '"' : char.IsWhiteSpace(text[i])); i++)
            {
                i += isQuoted && text[i] == '\\' && i + 1 < text.Length ? 1 : 0;
                word.Append(text[i]);
            }

            i += isQuoted ? 1 : 0;
            words.Add(new Word(word.ToString(), column + begin));
        }

        return words.ToImmutable();
    }
}
