using System.Globalization;
using Microsoft.CodeAnalysis.CSharp;
using Wire.Generator.Model;

namespace Wire.Generator.Parsing;

/// <summary>Turns the word after <c>=</c> into a C# expression of the field's type.</summary>
static class Defaults
{
    /// <summary>The expression, or null where the word does not fit the type.</summary>
    public static string? Expression(FieldType type, string word)
    {
        if (word == "null")
        {
            return "null";
        }

        if (type.IsList || type.IsStruct)
        {
            return null;
        }

        return type.Primitive switch
        {
            Primitive.Bool => word is "true" or "false" ? word : null,
            Primitive.Int8 => Integer(word, sbyte.MinValue, sbyte.MaxValue),
            Primitive.Int16 => Integer(word, short.MinValue, short.MaxValue),
            Primitive.UInt16 => Integer(word, 0, ushort.MaxValue),
            Primitive.Int32 => Integer(word, int.MinValue, int.MaxValue),
            Primitive.UInt32 => Integer(word, 0, uint.MaxValue),
            Primitive.Int64 => Integer(word, long.MinValue, long.MaxValue),
            Primitive.Float64 => double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                // R: Visual Studio runs generators on .NET Framework, whose plain ToString drops digits
                ? number.ToString("R", CultureInfo.InvariantCulture) + "d"
                : null,
            Primitive.String => word.Length >= 2 && word[0] == '"' && word[word.Length - 1] == '"'
                ? SymbolDisplay.FormatLiteral(word.Substring(1, word.Length - 2), quote: true)
                : null,
            _ => null,
        };
    }

    static string? Integer(string word, long least, long most)
    {
        // as Apache's JSON has it for limits: 0x7fffffff
        var hexadecimal = word.StartsWith("0x", StringComparison.Ordinal);
        var parsed = hexadecimal
            ? long.TryParse(word.Substring(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
            : long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
        return parsed && number >= least && number <= most ? number.ToString(CultureInfo.InvariantCulture) : null;
    }
}
