namespace Wire.Generator.Model;

enum MessageKind
{
    Request,
    Response,
    Struct,
    Record,
}

/// <summary>What other schemas need to know of a definition; unlike <see cref="Message"/> it stays equal while fields change.</summary>
sealed record MessageHeader(MessageKind Kind, short Key, string Name, VersionRange Versions, short FirstFlexible, SourceSpan Span)
{
    /// <summary>The generated class: the name, and for a request or a response the kind after it.</summary>
    public string ClassName => Kind switch
    {
        MessageKind.Request => Name + "Request",
        MessageKind.Response => Name + "Response",
        _ => Name,
    };

    public bool IsKafka => Kind != MessageKind.Record;

    public VersionRange Flexible => FirstFlexible == short.MaxValue ? VersionRange.None : new VersionRange(FirstFlexible, short.MaxValue);
}

/// <summary>One definition of a schema file with everything the emitter needs.</summary>
/// <param name="Header">The definition's first line.</param>
/// <param name="Fields">Fields of the message itself.</param>
/// <param name="Structs">Structs defined by indented lines, all levels, each after those it uses.</param>
sealed record Message(MessageHeader Header, EquatableArray<Field> Fields, EquatableArray<Struct> Structs)
{
    /// <summary>
    /// The struct of that name, or null for one that is defined on its own: earlier in the file, or (a record) in any file.
    /// </summary>
    public Struct? Find(string name)
    {
        foreach (var candidate in Structs)
        {
            if (candidate.Name == name)
            {
                return candidate;
            }
        }

        return null;
    }

    /// <summary>The same without places in the file: all the emitter needs, and equal when only comments or other lines changed.</summary>
    public Message WithoutSpans() => new(
        Header with { Span = default },
        WithoutSpans(Fields),
        new([.. Structs.Select(static one => one with { Fields = WithoutSpans(one.Fields) })]));

    static EquatableArray<Field> WithoutSpans(EquatableArray<Field> fields) =>
        new([.. fields.Select(static one => one with { Span = default })]);
}

/// <param name="Name">Name of the struct and of the nested class.</param>
/// <param name="Fields">Its fields.</param>
/// <param name="Versions">Versions of the message in which some field holds the struct.</param>
/// <param name="HasDefault">Whether a field holds exactly one that is not null by default, so that "is it the default" is asked.</param>
sealed record Struct(string Name, EquatableArray<Field> Fields, VersionRange Versions, bool HasDefault);

/// <param name="Name">Name of the field and of the property.</param>
/// <param name="Type">Its type.</param>
/// <param name="Versions">Versions that have the field, cut to those of the message.</param>
/// <param name="Null">Versions in which null is legal, cut likewise.</param>
/// <param name="Default">C# expression of the default; null where the type's own zero is meant.</param>
/// <param name="Tag">Number of the tagged field, or -1.</param>
/// <param name="Tagged">Versions in which the field is tagged, a tail of <paramref name="Versions"/>.</param>
/// <param name="Ignorable">Whether a value is dropped silently in a version that lacks the field.</param>
/// <param name="Span">The place of the name.</param>
sealed record Field(
    string Name,
    FieldType Type,
    VersionRange Versions,
    VersionRange Null,
    string? Default,
    int Tag,
    VersionRange Tagged,
    bool Ignorable,
    SourceSpan Span)
{
    public bool IsNullable => !Null.IsEmpty;

    public bool DefaultsToNull => Default == "null";

    /// <summary>Versions in which the field is in its place and not among the tagged ones.</summary>
    // a field that became tagged stays so, hence the body is what is left before: empty where it was tagged from the start
    public VersionRange Body => Tagged.IsEmpty ? Versions : new VersionRange(Versions.Low, (short)(Tagged.Low - 1));
}
