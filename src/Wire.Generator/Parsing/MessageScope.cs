using System.Collections.Immutable;
using Wire.Generator.Model;

namespace Wire.Generator.Parsing;

/// <summary>The structs and names of one definition while it is parsed, and the checks that need more than one line.</summary>
sealed class MessageScope(MessageHeader header, HashSet<string> standalone, List<Problem> problems)
{
    // of the generated class or of object: a property of that name would not compile, far from the line that is to blame
    static readonly HashSet<string> Members =
    [
        "Write", "Read", "HoldsDefaults",
        "Equals", "GetHashCode", "GetType", "ToString", "Finalize", "MemberwiseClone", "ReferenceEquals",
    ];
    static readonly HashSet<string> MessageMembers = ["ApiKey", "MinVersion", "MaxVersion", "FirstFlexibleVersion", "IsFlexible"];

    readonly List<(string Name, List<Field> Fields)> structs = [];
    readonly Dictionary<string, VersionRange> reached = [];
    readonly HashSet<string> single = [];

    /// <summary>
    /// A field whose type has no lines of its own: the struct must exist already. Records of other files are checked with them.
    /// </summary>
    public void Use(Field field, Token type)
    {
        // defined above, not merely somewhere: that is what makes structs that contain themselves impossible
        if (field.Type.IsStruct && header.IsKafka && !IsDefined(field.Type.Name) && !standalone.Contains(field.Type.Name))
        {
            problems.Add(new Problem(
                ProblemKinds.Type,
                $"'{field.Type.Name}' is neither a type nor a struct defined above or by lines indented below {field.Name}.",
                type.Span));
        }
    }

    public void Define(string name, Token type, List<Field> fields)
    {
        if (IsDefined(name))
        {
            problems.Add(new Problem(
                ProblemKinds.Duplicate, $"{name} is defined twice in {header.ClassName}; a second use needs no lines.", type.Span));
        }
        else if (name == header.ClassName)
        {
            problems.Add(new Problem(ProblemKinds.Clash, $"{name} is the name of the message's own class.", type.Span));
        }

        CheckNames(name, fields, Members);
        // after an error too: the fields that use it would be reported as well, and hide the one error that counts
        structs.Add((name, fields));
    }

    public Message Finish(List<Field> fields)
    {
        CheckNames(header.ClassName, fields, Members);
        foreach (var field in fields)
        {
            if (IsDefined(field.Name) || (header.IsKafka && MessageMembers.Contains(field.Name)))
            {
                problems.Add(new Problem(
                    ProblemKinds.Clash,
                    $"{header.ClassName} has another member named {field.Name}, and a class has one of a name.",
                    field.Span));
            }
        }

        // jute has no versions
        if (header.IsKafka)
        {
            Reach(fields, header.Versions);
        }

        var finished = ImmutableArray.CreateBuilder<Struct>();
        foreach (var (name, own) in structs)
        {
            // not reached: the field that names it had an error, and the message gets no code anyway
            var versions = reached.TryGetValue(name, out var range) ? range : header.Versions;
            finished.Add(new Struct(name, new([.. own]), versions, single.Contains(name)));
        }

        return new Message(header, new([.. fields]), new(finished.ToImmutable()));
    }

    bool IsDefined(string name) => structs.Exists(one => one.Name == name);

    /// <summary>Marks in which versions each struct occurs; structs hold none that are defined after them, so this ends.</summary>
    void Reach(List<Field> fields, VersionRange versions)
    {
        foreach (var field in fields)
        {
            if (!field.Type.IsStruct)
            {
                continue;
            }

            var name = field.Type.Name;
            // these alone are asked for their defaults: a list asks for its count, and what defaults to null for null
            if (!field.Type.IsList && !field.DefaultsToNull)
            {
                single.Add(name);
            }

            var here = field.Versions.Intersect(versions);
            // one class serves all uses, so it must know the versions of each
            reached[name] = reached.TryGetValue(name, out var known) ? known.Hull(here) : here;
            var index = structs.FindIndex(one => one.Name == name);
            if (index >= 0)
            {
                Reach(structs[index].Fields, here);
            }
        }
    }

    void CheckNames(string owner, List<Field> fields, HashSet<string> taken)
    {
        var names = new HashSet<string>();
        var tags = new HashSet<int>();
        foreach (var field in fields)
        {
            if (!names.Add(field.Name))
            {
                problems.Add(new Problem(ProblemKinds.Duplicate, $"{owner} has two fields named {field.Name}.", field.Span));
            }
            else if (field.Name == owner || taken.Contains(field.Name))
            {
                problems.Add(new Problem(ProblemKinds.Clash, $"The class {owner} cannot have a property named {field.Name}.", field.Span));
            }

            if (field.Tag >= 0 && !tags.Add(field.Tag))
            {
                problems.Add(new Problem(ProblemKinds.Tag, $"{owner} has two fields with tag {field.Tag}.", field.Span));
            }
        }
    }
}
