using Microsoft.CodeAnalysis.CSharp;
using Wire.Generator.Model;

namespace Wire.Generator.Emitting;

/// <summary>C# spellings of types, properties and conditions.</summary>
static class Names
{
    /// <summary>Type of one element or one value, without nullability.</summary>
    public static string Element(FieldType type) => type.Primitive switch
    {
        Primitive.Bool => "bool",
        Primitive.Int8 => "sbyte",
        Primitive.Int16 => "short",
        Primitive.UInt16 => "ushort",
        Primitive.Int32 => "int",
        Primitive.UInt32 => "uint",
        Primitive.Int64 => "long",
        Primitive.Float64 => "double",
        Primitive.Uuid => "Guid",
        Primitive.String => "string",
        Primitive.Bytes => "ReadOnlyMemory<byte>",
        _ => type.Name,
    };

    /// <summary>Type of the property.</summary>
    public static string Property(Field field)
    {
        var type = field.Type.IsList ? $"List<{Element(field.Type)}>" : Element(field.Type);
        return field.IsNullable ? type + "?" : type;
    }

    public static string Escape(string name) => SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None ? name : "@" + name;

    /// <summary>
    /// Lists and structs that are never null are made when first asked for: reading and sending them allocates nothing in vain.
    /// </summary>
    public static bool IsLazy(Field field) => !field.IsNullable && (field.Type.IsList || field.Type.IsStruct);

    /// <summary>Where the value is kept, <c>this.</c> included: it may be null for a lazy field.</summary>
    public static string Storage(Field field, bool lazy = true) =>
        // this.: a field named version, count, list or tag would be hidden by the local of that name
        "this." + (lazy && IsLazy(field) ? Escape(char.ToLowerInvariant(field.Name[0]) + field.Name.Substring(1)) : Escape(field.Name));

    /// <summary>"version is in the range", or null when it always is, given that it is in <paramref name="known"/>.</summary>
    public static string? When(VersionRange range, VersionRange known)
    {
        var from = range.Low > known.Low;
        var to = range.High < known.High;
        return range.IsEmpty ? "false"
            : from && to ? (range.Low == range.High ? $"version == {range.Low}" : $"version is >= {range.Low} and <= {range.High}")
            : from ? $"version >= {range.Low}"
            : to ? $"version <= {range.High}"
            : null;
    }

    /// <summary>A condition as an expression: <c>true</c>, <c>false</c> or a comparison.</summary>
    public static string Bool(VersionRange range, VersionRange known) =>
        range.Intersect(known).IsEmpty ? "false" : When(range, known) ?? "true";

    /// <summary>
    /// Whether strings, bytes and lists are compact: a literal where all of <paramref name="known"/> agree, else the local
    /// <c>flexible</c>.
    /// </summary>
    public static string Flexible(MessageHeader header, VersionRange known) =>
        header.Flexible.Contains(known) ? "true" : header.Flexible.Intersect(known).IsEmpty ? "false" : "flexible";

    public static bool IsSometimesFlexible(MessageHeader header, VersionRange known) => Flexible(header, known) == "flexible";
}
