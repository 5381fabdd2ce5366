using Wire.Generator.Model;

namespace Wire.Generator.Emitting;

/// <summary>Writes the constructor that reads a Kafka message or struct.</summary>
static class KafkaReadEmitter
{
    public static void Emit(Message message, string className, EquatableArray<Field> fields, VersionRange known, CodeWriter code)
    {
        code.Open($"internal {className}(ref WireReader r, short version)");
        if (Names.IsSometimesFlexible(message.Header, known))
        {
            code.Line("var flexible = IsFlexible(version);");
        }

        foreach (var field in fields)
        {
            EmitField(message, field, known, code);
        }

        var flexible = message.Header.Flexible.Intersect(known);
        if (!flexible.IsEmpty)
        {
            EmitTags(message, fields, known, code);
        }

        code.Close();
    }

    static void EmitField(Message message, Field field, VersionRange known, CodeWriter code)
    {
        if (field.Body.Intersect(known).IsEmpty)
        {
            EmitDefault(field, code);
            return;
        }

        var when = Names.When(field.Body, known);
        if (when is null)
        {
            EmitValue(message, field, field.Body.Intersect(known), code);
            return;
        }

        code.Open($"if ({when})");
        EmitValue(message, field, field.Body.Intersect(known), code);
        code.Close();
        if (DefaultValues.NeedsConstructor(field))
        {
            code.Open("else");
            EmitDefault(field, code);
            code.Close();
        }
    }

    static void EmitDefault(Field field, CodeWriter code)
    {
        if (DefaultValues.NeedsConstructor(field))
        {
            code.Line($"{Names.Storage(field)} = {DefaultValues.Expression(field)};");
        }
    }

    static void EmitTags(Message message, EquatableArray<Field> fields, VersionRange known, CodeWriter code)
    {
        var isAlways = !Names.IsSometimesFlexible(message.Header, known);
        if (!isAlways)
        {
            code.Open("if (flexible)");
        }

        var any = false;
        foreach (var field in fields)
        {
            any |= field.Tag >= 0;
        }

        if (any)
        {
            EmitTagLoop(message, fields, known, code);
        }
        else
        {
            code.Line("KafkaCodec.SkipTags(ref r);");
        }

        if (!isAlways)
        {
            code.Close();
        }
    }

    static void EmitTagLoop(Message message, EquatableArray<Field> fields, VersionRange known, CodeWriter code)
    {
        code.Open("for (var tags = KafkaCodec.ReadTagCount(ref r); tags > 0; tags--)");
        code.Line("var tag = KafkaCodec.ReadTag(ref r, out var end);");
        code.Open("switch (tag)");
        var flexible = known.Intersect(message.Header.Flexible);
        foreach (var field in fields)
        {
            var here = field.Tagged.Intersect(known);
            if (field.Tag < 0 || here.IsEmpty)
            {
                continue;
            }

            var when = Names.When(field.Tagged, flexible);
            code.Open($"case {field.Tag}{(when is null ? "" : " when " + when)}:");
            EmitValue(message, field, here, code, isTagged: true);
            code.Line("break;");
            code.Close();
        }

        // a tag of a version newer than this one: to be stepped over (KIP-482)
        code.Open("default:");
        code.Line("r.Skip(end - r.Position);");
        code.Line("break;");
        code.Close();
        code.Close();
        code.Line();
        code.Line("KafkaCodec.EndTag(ref r, tag, end);");
        code.Close();
    }

    /// <summary>Reads the value itself; the version is known to be in <paramref name="known"/>.</summary>
    static void EmitValue(Message message, Field field, VersionRange known, CodeWriter code, bool isTagged = false)
    {
        var flexible = Names.Flexible(message.Header, known);
        var storage = Names.Storage(field);
        var nullable = Names.Bool(field.Null, known);
        if (field.Type.IsList)
        {
            EmitList(message, field, known, code);
        }
        else if (field.Type.IsStruct && nullable == "true")
        {
            var presence = isTagged ? "ReadTaggedPresence" : "ReadPresence";
            code.Line($"{storage} = KafkaCodec.{presence}(ref r) ? new {field.Type.Name}(ref r, version) : null;");
        }
        else if (field.Type.IsStruct && nullable != "false")
        {
            // versions in which it cannot be null have no byte for that (KIP-893): the struct follows at once
            code.Line($"{storage} = !({nullable}) || KafkaCodec.ReadPresence(ref r) ? new {field.Type.Name}(ref r, version) : null;");
        }
        else if (field.Type.Primitive is Primitive.String or Primitive.Bytes && nullable != "false")
        {
            var name = field.Type.Primitive == Primitive.String ? "String" : "Bytes";
            code.Line($"{storage} = KafkaCodec.ReadNullable{name}(ref r, {flexible}{(nullable == "true" ? "" : ", " + nullable)});");
        }
        else
        {
            code.Line($"{storage} = {Single(field.Type, flexible)};");
        }
    }

    static void EmitList(Message message, Field field, VersionRange known, CodeWriter code)
    {
        var storage = Names.Storage(field);
        var flexible = Names.Flexible(message.Header, known);
        var least = LeastSize.Of(message, field.Type, known);
        var nullable = Names.Bool(field.Null, known);
        var argument = nullable is "true" or "false" ? "" : ", " + nullable;
        // a block of its own: count and list are locals of each list in the same method
        code.Open("");
        code.Line(nullable == "false"
            ? $"var count = KafkaCodec.ReadCount(ref r, {flexible}, {least});"
            : $"var count = KafkaCodec.ReadNullableCount(ref r, {flexible}, {least}{argument});");
        var orNull = nullable == "false" ? "" : "count < 0 ? null : ";
        // the capacity is limited: the count is only what the peer says
        code.Line($"var list = {orNull}new List<{Names.Element(field.Type)}>(KafkaCodec.Capacity(count));");
        code.Open("for (var i = 0; i < count; i++)");
        code.Line($"list{(nullable == "false" ? "" : "!")}.Add({Single(field.Type, flexible)});");
        code.Close();
        code.Line();
        code.Line($"{storage} = list;");
        code.Close();
    }

    static string Single(FieldType type, string flexible) => type.Primitive switch
    {
        Primitive.Bool => "r.ReadBoolean()",
        Primitive.Int8 => "r.ReadInt8()",
        Primitive.Int16 => "r.ReadInt16()",
        Primitive.UInt16 => "r.ReadUInt16()",
        Primitive.Int32 => "r.ReadInt32()",
        Primitive.UInt32 => "r.ReadUInt32()",
        Primitive.Int64 => "r.ReadInt64()",
        Primitive.Float64 => "r.ReadFloat64()",
        Primitive.Uuid => "r.ReadUuid()",
        Primitive.String => $"KafkaCodec.ReadString(ref r, {flexible})",
        Primitive.Bytes => $"KafkaCodec.ReadBytes(ref r, {flexible})",
        _ => $"new {type.Name}(ref r, version)",
    };
}
