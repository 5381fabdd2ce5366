using Wire.Generator.Model;

namespace Wire.Generator.Parsing;

/// <summary>
/// Parses one field line: <c>Name Type Versions [null Versions] [= default] [tag N Versions] [ignorable]</c>; a jute one is <c>Name type
/// [null]</c>.
/// </summary>
sealed class FieldParser(MessageHeader header, List<Problem> problems)
{
    static readonly VersionRange JuteVersions = new(0, 0);

    SchemaLine line = null!;
    int at;
    bool valid;

    /// <summary>
    /// The field, or null when the line has an error, which was reported. Whether the struct exists is the caller's to check.
    /// </summary>
    public Field? Parse(SchemaLine source)
    {
        line = source;
        at = 0;
        valid = true;
        if (!Next("a field name", out var name) || !Next($"the type of {name.Text}", out var typeWord))
        {
            return null;
        }

        if (!Words.IsName(name.Text, capital: header.IsKafka))
        {
            var capital = header.IsKafka ? ", a capital first" : "";
            Report(ProblemKinds.Name, $"'{name.Text}' is not a field name (letters and digits{capital}).", name);
        }

        var type = ParseType(typeWord);
        var field = header.IsKafka ? ParseKafka(name, type) : ParseJute(name, type);
        return valid ? field : null;
    }

    Field? ParseJute(Token name, FieldType type)
    {
        var nulls = VersionRange.None;
        while (at < line.Tokens.Count)
        {
            var word = line.Tokens[at++];
            if (word.Text == "null" && type.CanBeNull(jute: true))
            {
                nulls = JuteVersions;
            }
            else
            {
                Report(
                    word.Text == "null" ? ProblemKinds.Null : ProblemKinds.Syntax,
                    $"'{word.Text}' is not expected here: a jute field is 'Name type [null]', null for ustring, buffer and vectors.",
                    word);
            }
        }

        return new Field(name.Text, type, JuteVersions, nulls, null, -1, VersionRange.None, false, name.Span);
    }

    Field? ParseKafka(Token name, FieldType type)
    {
        if (!NextRange($"the versions of {name.Text}", out var versions))
        {
            return null;
        }

        // "0+" says nothing of the end: cut here, so that no later step asks what the message's last version is
        var known = versions.Intersect(header.Versions);
        var field = new Field(name.Text, type, known, VersionRange.None, null, -1, VersionRange.None, false, name.Span);
        if (field.Versions.IsEmpty)
        {
            Report(ProblemKinds.Unreachable, $"{name.Text} is in versions {versions}, {header.ClassName} has {header.Versions}.", name);
            return null;
        }

        Token? defaultWord = null;
        while (valid && at < line.Tokens.Count)
        {
            var word = line.Tokens[at++];
            field = word.Text switch
            {
                "null" => ParseNull(field, word),
                "tag" => ParseTag(field, word),
                "ignorable" => field with { Ignorable = true },
                "=" => Next("the default", out var value) ? KeepDefault(field, value, ref defaultWord) : field,
                _ => Unexpected(field, word),
            };
        }

        // only now: the "null" that allows a default of null may come after it on the line
        return defaultWord is { } given ? ParseDefault(field, given) : field;
    }

    static Field KeepDefault(Field field, Token value, ref Token? word)
    {
        word = value;
        return field;
    }

    Field Unexpected(Field field, Token word)
    {
        Report(ProblemKinds.Syntax, $"'{word.Text}' is not expected here: null, =, tag or ignorable may follow.", word);
        return field;
    }

    Field ParseNull(Field field, Token word)
    {
        if (!NextRange("the versions in which null is legal", out var versions))
        {
            return field;
        }

        var cut = versions.Intersect(field.Versions);
        if (cut.IsEmpty)
        {
            Report(ProblemKinds.Null, $"{field.Name} is in versions {field.Versions}, null in {versions}: in none of them.", word);
        }
        else if (!field.Type.CanBeNull(jute: false))
        {
            Report(ProblemKinds.Null, $"{field.Name} cannot be null: only strings, bytes, records, structs and arrays can.", word);
        }

        return field with { Null = cut };
    }

    Field ParseTag(Field field, Token word)
    {
        if (!Next("the tag's number", out var number) || !NextRange("the versions in which the field is tagged", out var versions))
        {
            return field;
        }

        var cut = versions.Intersect(field.Versions);
        if (!Words.TryVersion(number.Text, out var tag))
        {
            Report(ProblemKinds.Tag, $"'{number.Text}' is not a tag's number.", number);
        }
        // as Apache's generator demands (FieldSpec): tagged versions have no end, so a field never moves back into the body
        else if (cut.IsEmpty || cut.High != field.Versions.High)
        {
            Report(
                ProblemKinds.Tag,
                $"{field.Name} is in versions {field.Versions}; a field that is tagged stays so: {versions} does not reach their end.",
                word);
        }
        // only flexible versions have a section of tags (KIP-482)
        else if (!header.Flexible.Contains(cut))
        {
            Report(
                ProblemKinds.Tag,
                $"{field.Name} is tagged in versions {cut}, but {header.ClassName} is flexible in {header.Flexible}.",
                word);
        }

        return field with { Tag = tag, Tagged = cut };
    }

    Field ParseDefault(Field field, Token word)
    {
        var expression = Defaults.Expression(field.Type, word.Text);
        if (expression is null)
        {
            Report(ProblemKinds.Default, $"{word.Text} is no default for {field.Name}: it does not fit the type.", word);
        }
        else if (expression == "null" && !field.IsNullable)
        {
            Report(ProblemKinds.Default, $"{field.Name} defaults to null but is null in no version.", word);
        }

        return field with { Default = expression };
    }

    FieldType ParseType(Token word)
    {
        // once only: neither protocol has lists of lists, and "[][]x" is refused below as no name
        var list = word.Text.StartsWith("[]", StringComparison.Ordinal);
        var name = list ? word.Text.Substring(2) : word.Text;
        var primitive = header.IsKafka ? FieldType.Kafka(name) : FieldType.Jute(name);
        // any name may be a struct; whether there is one is known only to the caller
        if (primitive == Primitive.None && !Words.IsName(name, capital: true))
        {
            Report(ProblemKinds.Type, $"'{word.Text}' is not a type.", word);
        }

        return new FieldType(primitive, name, list);
    }

    bool Next(string what, out Token token)
    {
        if (at < line.Tokens.Count)
        {
            token = line.Tokens[at++];
            return true;
        }

        // there is no place for what is missing: the error points at the word before it
        token = line.Last;
        Report(ProblemKinds.Syntax, $"The line ends where {what} should be.", token);
        return false;
    }

    bool NextRange(string what, out VersionRange range)
    {
        range = VersionRange.None;
        if (!Next(what, out var word))
        {
            return false;
        }

        if (Words.TryRange(word.Text, out range))
        {
            return true;
        }

        Report(ProblemKinds.Versions, $"'{word.Text}' should be {what}: 7, 2-5 or 0+.", word);
        return false;
    }

    void Report(string id, string message, Token word)
    {
        valid = false;
        problems.Add(new Problem(id, message, word.Span));
    }
}
