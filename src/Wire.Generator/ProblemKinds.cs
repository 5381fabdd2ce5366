using Microsoft.CodeAnalysis;

namespace Wire.Generator;

/// <summary>The diagnostics of the schema language. All are errors: a message with one gets no code.</summary>
static class ProblemKinds
{
    public const string Syntax = "WIRE001";
    public const string Indentation = "WIRE002";
    public const string Kind = "WIRE003";
    public const string Versions = "WIRE004";
    public const string Type = "WIRE005";
    public const string Duplicate = "WIRE006";
    public const string Clash = "WIRE007";
    public const string Default = "WIRE008";
    public const string Null = "WIRE009";
    public const string Tag = "WIRE010";
    public const string Unreachable = "WIRE011";
    public const string Pair = "WIRE012";
    public const string Cycle = "WIRE013";
    public const string Key = "WIRE014";
    public const string Name = "WIRE015";

    static readonly DiagnosticDescriptor SyntaxRule = Rule(Syntax, "A schema line is not understood");
    static readonly DiagnosticDescriptor IndentationRule = Rule(Indentation, "The indentation fits no struct");
    static readonly DiagnosticDescriptor KindRule = Rule(Kind, "Unknown kind of definition");
    static readonly DiagnosticDescriptor VersionsRule = Rule(Versions, "A version range is wrong");
    static readonly DiagnosticDescriptor TypeRule = Rule(Type, "Unknown type");
    static readonly DiagnosticDescriptor DuplicateRule = Rule(Duplicate, "Defined twice");
    static readonly DiagnosticDescriptor ClashRule = Rule(Clash, "The name is taken in the generated class");
    static readonly DiagnosticDescriptor DefaultRule = Rule(Default, "The default does not fit the type");
    static readonly DiagnosticDescriptor NullRule = Rule(Null, "The field cannot be null");
    static readonly DiagnosticDescriptor TagRule = Rule(Tag, "A tag is wrong");
    static readonly DiagnosticDescriptor UnreachableRule = Rule(Unreachable, "The field is in no version");
    static readonly DiagnosticDescriptor PairRule = Rule(Pair, "Request and response do not fit");
    static readonly DiagnosticDescriptor CycleRule = Rule(Cycle, "A record contains itself");
    static readonly DiagnosticDescriptor KeyRule = Rule(Key, "An API key is wrong");
    static readonly DiagnosticDescriptor NameRule = Rule(Name, "Not a name");

    public static DiagnosticDescriptor Descriptor(string id) => id switch
    {
        Syntax => SyntaxRule,
        Indentation => IndentationRule,
        Kind => KindRule,
        Versions => VersionsRule,
        Type => TypeRule,
        Duplicate => DuplicateRule,
        Clash => ClashRule,
        Default => DefaultRule,
        Null => NullRule,
        Tag => TagRule,
        Unreachable => UnreachableRule,
        Pair => PairRule,
        Cycle => CycleRule,
        Key => KeyRule,
        _ => NameRule,
    };

    static DiagnosticDescriptor Rule(string id, string title) =>
        new(id, title, "{0}", "Wire.Schema", DiagnosticSeverity.Error, isEnabledByDefault: true);
}
