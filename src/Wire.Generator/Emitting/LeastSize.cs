using Wire.Generator.Model;

namespace Wire.Generator.Emitting;

/// <summary>
/// The fewest bytes an element can take, so that a count is checked against the rest of the frame before its list is made.
/// </summary>
static class LeastSize
{
    /// <summary>The least over all versions, at least 1.</summary>
    public static int Of(Message message, FieldType type, VersionRange versions)
    {
        var least = int.MaxValue;
        for (int version = versions.Low; version <= versions.High; version++)
        {
            least = Math.Min(least, OfElement(message, type, version));
        }

        // a struct without a field in this version takes no byte, and its count would then have no limit
        return Math.Max(1, least);
    }

    static int OfElement(Message message, FieldType type, int version)
    {
        var flexible = message.Header.Flexible.Contains(version);
        switch (type.Primitive)
        {
            case Primitive.Bool or Primitive.Int8: return 1;
            case Primitive.Int16 or Primitive.UInt16: return 2;
            case Primitive.Int32 or Primitive.UInt32: return 4;
            case Primitive.Int64 or Primitive.Float64: return 8;
            case Primitive.Uuid: return 16;
            case Primitive.String: return flexible ? 1 : 2;
            case Primitive.Bytes: return flexible ? 1 : 4;
            // a struct of its own file: its fields are not in this model, so the safe bound
            default: return message.Find(type.Name) is { } inner ? OfStruct(message, inner, version, flexible) : 1;
        }
    }

    static int OfStruct(Message message, Struct inner, int version, bool flexible)
    {
        // the count of its tags; the tags themselves may all be absent
        var sum = flexible ? 1 : 0;
        foreach (var field in inner.Fields)
        {
            if (field.Body.Contains(version))
            {
                sum += field.Type.IsList ? (flexible ? 1 : 4)
                    : field.Type.IsStruct && field.IsNullable ? 1
                    : OfElement(message, field.Type, version);
            }
        }

        return sum;
    }
}
