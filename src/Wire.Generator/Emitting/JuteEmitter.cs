using Wire.Generator.Model;

namespace Wire.Generator.Emitting;

/// <summary>Writes the class of a jute record.</summary>
static class JuteEmitter
{
    public static string Emit(Message message, string space)
    {
        var name = message.Header.ClassName;
        var code = CodeWriter.File(space);
        code.Line($"/// <summary>The jute record {name}.</summary>");
        code.Open($"public sealed partial class {name} : global::ZooKeeper.Protocol.IRecord");
        EmitConstructors(name, message.Fields, code);
        foreach (var field in message.Fields)
        {
            code.Line();
            code.Line($"public {Names.Property(field)} {Names.Escape(field.Name)} {{ get; set; }}");
        }

        code.Line();
        code.Line("/// <exception cref=\"WireFormatException\">The bytes are not this record.</exception>");
        code.Line($"public static {name} Read(ref WireReader r) => new {name}(ref r);");
        code.Line();
        code.Open("public void Write(WireWriter w)");
        foreach (var field in message.Fields)
        {
            EmitWrite(field, code);
        }

        code.Close();
        code.Close();
        return code.ToString();
    }

    static void EmitConstructors(string name, EquatableArray<Field> fields, CodeWriter code)
    {
        code.Open($"public {name}()");
        foreach (var field in fields)
        {
            // no numbers and buffers: their zero is the default of the type, and empty memory needs no object
            var value = field.IsNullable ? null
                : field.Type.IsList ? "[]"
                : field.Type.IsStruct ? $"new {field.Type.Name}()"
                : field.Type.Primitive == Primitive.String ? "\"\""
                : null;
            if (value is not null)
            {
                code.Line($"{Names.Storage(field, lazy: false)} = {value};");
            }
        }

        code.Close();
        code.Line();
        // it does not run the constructor above, or each list would be made twice
        code.Open($"internal {name}(ref WireReader r)");
        foreach (var field in fields)
        {
            EmitRead(field, code);
        }

        code.Close();
    }

    static void EmitRead(Field field, CodeWriter code)
    {
        var storage = Names.Storage(field, lazy: false);
        if (!field.Type.IsList)
        {
            code.Line($"{storage} = {Read(field.Type, field.IsNullable)};");
            return;
        }

        code.Open("");
        code.Line("var count = JuteCodec.ReadCount(ref r);");
        var orNull = field.IsNullable ? "count < 0 ? null : " : "";
        code.Line($"var list = {orNull}new List<{Names.Element(field.Type)}>(JuteCodec.Capacity(count));");
        code.Open("for (var i = 0; i < count; i++)");
        code.Line($"list{(field.IsNullable ? "!" : "")}.Add({Read(field.Type, isNullable: false)});");
        code.Close();
        code.Line();
        code.Line($"{storage} = list;");
        code.Close();
    }

    static void EmitWrite(Field field, CodeWriter code)
    {
        var storage = Names.Storage(field, lazy: false);
        if (!field.Type.IsList)
        {
            code.Line(Write(field.Type, storage));
            return;
        }

        code.Line($"w.WriteInt32({storage}{(field.IsNullable ? "?.Count ?? -1" : ".Count")});");
        code.Open($"foreach (var item in CollectionsMarshal.AsSpan({storage}))");
        code.Line(Write(field.Type, "item"));
        code.Close();
        code.Line();
    }

    static string Read(FieldType type, bool isNullable) => type.Primitive switch
    {
        Primitive.Bool => "r.ReadBoolean()",
        Primitive.Int32 => "r.ReadInt32()",
        Primitive.Int64 => "r.ReadInt64()",
        Primitive.Float64 => "r.ReadFloat64()",
        Primitive.String => $"JuteCodec.Read{(isNullable ? "Nullable" : "")}String(ref r)",
        Primitive.Bytes => $"JuteCodec.Read{(isNullable ? "Nullable" : "")}Buffer(ref r)",
        _ => $"new {type.Name}(ref r)",
    };

    static string Write(FieldType type, string value) => type.Primitive switch
    {
        Primitive.Bool => $"w.WriteBoolean({value});",
        Primitive.Int32 => $"w.WriteInt32({value});",
        Primitive.Int64 => $"w.WriteInt64({value});",
        Primitive.Float64 => $"w.WriteFloat64({value});",
        Primitive.String => $"JuteCodec.WriteString(w, {value});",
        Primitive.Bytes => $"JuteCodec.WriteBuffer(w, {value});",
        _ => $"{value}.Write(w);",
    };
}
