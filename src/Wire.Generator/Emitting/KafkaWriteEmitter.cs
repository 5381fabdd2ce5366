using Wire.Generator.Model;

namespace Wire.Generator.Emitting;

/// <summary>Writes the method that writes a Kafka message or struct.</summary>
static class KafkaWriteEmitter
{
    public static void Emit(Message message, EquatableArray<Field> fields, VersionRange known, bool isMessage, CodeWriter code)
    {
        code.Line("/// <exception cref=\"WireFormatException\">A field holds a value that this version cannot carry.</exception>");
        code.Open("public void Write(WireWriter w, short version)");
        if (isMessage)
        {
            code.Line("KafkaCodec.CheckVersion(version, MinVersion, MaxVersion);");
        }

        if (Names.IsSometimesFlexible(message.Header, known))
        {
            code.Line("var flexible = IsFlexible(version);");
        }

        foreach (var field in fields)
        {
            EmitField(message, field, known, code);
        }

        EmitTags(message, fields, known, code);
        code.Close();
    }

    static void EmitField(Message message, Field field, VersionRange known, CodeWriter code)
    {
        var body = field.Body.Intersect(known);
        if (!body.IsEmpty)
        {
            var when = Names.When(field.Body, known);
            if (when is null)
            {
                EmitValue(message, field, body, code);
            }
            else
            {
                code.Open($"if ({when})");
                EmitValue(message, field, body, code);
                code.Close();
            }
        }

        // a value that a version cannot carry must not vanish in silence, as in Kafka's own generator; "ignorable" says that it may
        if (!field.Ignorable && Names.When(field.Versions, known) is { } present)
        {
            code.Open($"if (!({present}) && ({DefaultValues.IsSet(field)}))");
            code.Line($"throw KafkaCodec.NotInVersion(nameof({field.Name}), version);");
            code.Close();
        }
    }

    static void EmitTags(Message message, EquatableArray<Field> fields, VersionRange known, CodeWriter code)
    {
        var flexible = message.Header.Flexible.Intersect(known);
        if (flexible.IsEmpty)
        {
            return;
        }

        var tagged = new List<Field>();
        foreach (var field in fields)
        {
            // only what these versions have: a nested struct may be used by fewer than the message has
            if (!field.Tagged.Intersect(flexible).IsEmpty)
            {
                tagged.Add(field);
            }
        }

        // KIP-482: tags are sent in ascending order, each once
        tagged.Sort(static (a, b) => a.Tag.CompareTo(b.Tag));
        var isSometimes = Names.IsSometimesFlexible(message.Header, known);
        if (isSometimes)
        {
            code.Open("if (flexible)");
        }

        if (tagged.Count == 0)
        {
            code.Line("KafkaCodec.WriteNoTags(w);");
        }
        else
        {
            EmitTagged(message, tagged, flexible, code);
        }

        if (isSometimes)
        {
            code.Close();
        }
    }

    static void EmitTagged(Message message, List<Field> tagged, VersionRange flexible, CodeWriter code)
    {
        // the count comes first on the wire, so which tags there are is decided before one is written
        code.Line("var tags = 0u;");
        foreach (var field in tagged)
        {
            var when = Names.When(field.Tagged, flexible);
            var set = DefaultValues.IsSet(field);
            code.Line($"var has{field.Name} = {(when is null ? set : $"{when} && ({set})")};");
            code.Line($"tags += has{field.Name} ? 1u : 0u;");
        }

        code.Line("w.WriteUnsignedVarInt(tags);");
        foreach (var field in tagged)
        {
            code.Open($"if (has{field.Name})");
            code.Line($"var start = KafkaCodec.BeginTag(w, {field.Tag});");
            EmitValue(message, field, field.Tagged.Intersect(flexible), code, isTagged: true);
            code.Line("KafkaCodec.EndTag(w, start);");
            code.Close();
            code.Line();
        }
    }

    /// <summary>Writes the value itself; the version is known to be in <paramref name="known"/>.</summary>
    static void EmitValue(Message message, Field field, VersionRange known, CodeWriter code, bool isTagged = false)
    {
        var flexible = Names.Flexible(message.Header, known);
        var storage = Names.Storage(field);
        var nullable = Names.Bool(field.Null, known);
        if (field.Type.IsList)
        {
            code.Line(field.IsNullable
                ? $"KafkaCodec.WriteNullableCount(w, {flexible}, {storage}?.Count ?? -1, {nullable}, nameof({field.Name}));"
                : $"KafkaCodec.WriteCount(w, {flexible}, {storage}?.Count ?? 0);");
            // a span of a null list is empty, and it costs no enumerator per list
            code.Open($"foreach (var item in CollectionsMarshal.AsSpan({storage}))");
            code.Line(Single(field.Type, "item", flexible, field.Name));
            code.Close();
            code.Line();
        }
        else if (field.Type.IsStruct)
        {
            EmitStruct(field, storage, nullable, isTagged, code);
        }
        else if (field.IsNullable)
        {
            var name = field.Type.Primitive == Primitive.String ? "String" : "Bytes";
            code.Line($"KafkaCodec.WriteNullable{name}(w, {flexible}, {storage}, {nullable}, nameof({field.Name}));");
        }
        else
        {
            code.Line(Single(field.Type, storage, flexible, field.Name));
        }
    }

    static void EmitStruct(Field field, string storage, string nullable, bool isTagged, CodeWriter code)
    {
        if (!field.IsNullable)
        {
            code.Line($"this.{field.Name}.Write(w, version);");
            return;
        }

        // in a tag Kafka has a varint for "is there", elsewhere an int8 (KIP-893)
        code.Open(isTagged && nullable == "true"
            ? $"if (KafkaCodec.WriteTaggedPresence(w, {storage} is not null))"
            : $"if (KafkaCodec.WritePresence(w, {storage} is not null, {nullable}, nameof({field.Name})))");
        code.Line($"{storage}!.Write(w, version);");
        code.Close();
        code.Line();
    }

    static string Single(FieldType type, string value, string flexible, string name) => type.Primitive switch
    {
        Primitive.Bool => $"w.WriteBoolean({value});",
        Primitive.Int8 => $"w.WriteInt8({value});",
        Primitive.Int16 => $"w.WriteInt16({value});",
        Primitive.UInt16 => $"w.WriteUInt16({value});",
        Primitive.Int32 => $"w.WriteInt32({value});",
        Primitive.UInt32 => $"w.WriteUInt32({value});",
        Primitive.Int64 => $"w.WriteInt64({value});",
        Primitive.Float64 => $"w.WriteFloat64({value});",
        Primitive.Uuid => $"w.WriteUuid({value});",
        Primitive.String => $"KafkaCodec.WriteString(w, {flexible}, {value}, nameof({name}));",
        Primitive.Bytes => $"KafkaCodec.WriteBytes(w, {flexible}, {value}.Span);",
        _ => $"{value}.Write(w, version);",
    };
}
