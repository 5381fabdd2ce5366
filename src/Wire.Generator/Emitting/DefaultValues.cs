using Wire.Generator.Model;

namespace Wire.Generator.Emitting;

/// <summary>Defaults of fields as C#: what a new object holds, and the question whether a field holds something else.</summary>
static class DefaultValues
{
    /// <summary>A list that may be null and begins empty is made by the constructors, so that reading one does not make it twice.</summary>
    public static bool NeedsConstructor(Field field) =>
        field.IsNullable && !field.DefaultsToNull && (field.Type.IsList || field.Type.IsStruct);

    /// <summary>The initializer of the property with its semicolon, or nothing.</summary>
    public static string Initializer(Field field)
    {
        if (field.Type.IsList || field.Type.IsStruct || field.DefaultsToNull)
        {
            return "";
        }

        if (field.Default is { } given)
        {
            return IsZero(field) ? "" : $" = {given};";
        }

        return field.Type.Primitive switch
        {
            Primitive.String => " = \"\";",
            Primitive.Bytes when field.IsNullable => " = ReadOnlyMemory<byte>.Empty;",
            _ => "",
        };
    }

    /// <summary>The default of a field that is assigned by a constructor.</summary>
    public static string Expression(Field field) => field.Type.IsList ? "[]" : $"new {Names.Element(field.Type)}()";

    /// <summary>Condition: the field holds another value than its default.</summary>
    public static string IsSet(Field field)
    {
        var storage = Names.Storage(field);
        if (field.DefaultsToNull)
        {
            return $"{storage} is not null";
        }

        if (field.Type.IsList)
        {
            return field.IsNullable ? $"{storage} is not {{ Count: 0 }}" : $"{storage} is {{ Count: > 0 }}";
        }

        if (field.Type.IsStruct)
        {
            return field.IsNullable
                ? $"{storage} is null || !{storage}.HoldsDefaults()"
                : $"{storage} is not null && !{storage}.HoldsDefaults()";
        }

        return field.Type.Primitive switch
        {
            Primitive.Bool => field.Default == "true" ? $"!{storage}" : storage,
            Primitive.String => $"{storage} is not {field.Default ?? "\"\""}",
            Primitive.Bytes => field.IsNullable ? $"{storage} is not {{ IsEmpty: true }}" : $"!{storage}.IsEmpty",
            Primitive.Uuid => $"{storage} != default",
            _ => $"{storage} != {field.Default ?? "0"}",
        };
    }

    // "" is not among them: the zero of a string property is null
    static bool IsZero(Field field) => field.Default is "0" or "false" or "0d";
}
