using Wire.Generator.Model;

namespace Wire.Generator.Emitting;

/// <summary>Writes the class of a Kafka message with its nested structs.</summary>
static class KafkaEmitter
{
    public static string Emit(Message message, string space)
    {
        var header = message.Header;
        var code = CodeWriter.File(space);
        code.Line($"/// <summary>{Summary(header)}</summary>");
        code.Open($"public sealed partial class {header.ClassName} : {Interface(header)}");
        EmitConstants(header, code);
        // other files may use it in a tag or in some versions only, which this one cannot see
        var asksDefault = header.Kind == MessageKind.Struct;
        EmitBody(message, header.ClassName, message.Fields, header.Versions, asksDefault, isMessage: true, code);
        if (header.Kind == MessageKind.Request)
        {
            EmitRequestMembers(header, code);
        }

        foreach (var nested in message.Structs)
        {
            code.Line();
            code.Line($"/// <summary>Versions {nested.Versions} of {header.ClassName}.</summary>");
            code.Open($"public sealed partial class {nested.Name}");
            EmitBody(message, nested.Name, nested.Fields, nested.Versions, nested.HasDefault, isMessage: false, code);
            code.Close();
        }

        code.Close();
        return code.ToString();
    }

    static string Summary(MessageHeader header)
    {
        var key = header.Kind == MessageKind.Struct ? "" : $", API key {header.Key}";
        var flexible = header.Flexible.IsEmpty ? "never flexible" : $"flexible from {header.FirstFlexible}";
        return $"{header.ClassName}{key}, versions {header.Versions}, {flexible}.";
    }

    static string Interface(MessageHeader header) => header.Kind switch
    {
        MessageKind.Request => $"global::Kafka.Protocol.IKafkaRequest<{header.Name}Response>",
        MessageKind.Response => "global::Kafka.Protocol.IKafkaResponse",
        _ => "global::Kafka.Protocol.IKafkaMessage",
    };

    static void EmitConstants(MessageHeader header, CodeWriter code)
    {
        if (header.Kind != MessageKind.Struct)
        {
            code.Line($"public const short ApiKey = {header.Key};");
        }

        code.Line($"public const short MinVersion = {header.Versions.Low};");
        code.Line($"public const short MaxVersion = {header.Versions.High};");
        code.Line("/// <summary>32767 when no version is flexible.</summary>");
        code.Line($"public const short FirstFlexibleVersion = {header.FirstFlexible};");
        code.Line();
        var isFlexible = header.Flexible.IsEmpty ? "false" : "version >= FirstFlexibleVersion";
        code.Line($"public static bool IsFlexible(short version) => {isFlexible};");
        code.Line();
    }

    static void EmitBody(
        Message message,
        string className,
        EquatableArray<Field> fields,
        VersionRange known,
        bool asksDefault,
        bool isMessage,
        CodeWriter code)
    {
        EmitConstructors(message, className, fields, known, code);
        code.Line();
        EmitProperties(fields, known, code);
        if (asksDefault)
        {
            EmitHoldsDefaults(fields, code);
        }

        var what = isMessage ? "this message" : "this struct";
        code.Line($"/// <exception cref=\"WireFormatException\">The bytes are not {what} in that version.</exception>");
        if (isMessage)
        {
            code.Open($"public static {className} Read(ref WireReader r, short version)");
            // once a message: structs inside are read only by what was checked here
            code.Line("KafkaCodec.CheckVersion(version, MinVersion, MaxVersion);");
            code.Line($"return new {className}(ref r, version);");
            code.Close();
        }
        else
        {
            code.Line($"public static {className} Read(ref WireReader r, short version) => new {className}(ref r, version);");
        }

        code.Line();
        KafkaWriteEmitter.Emit(message, fields, known, isMessage, code);
    }

    static void EmitConstructors(Message message, string className, EquatableArray<Field> fields, VersionRange known, CodeWriter code)
    {
        code.Open($"public {className}()");
        foreach (var field in fields)
        {
            if (DefaultValues.NeedsConstructor(field))
            {
                code.Line($"{Names.Storage(field)} = {DefaultValues.Expression(field)};");
            }
        }

        code.Close();
        code.Line();
        KafkaReadEmitter.Emit(message, className, fields, known, code);
    }

    static void EmitProperties(EquatableArray<Field> fields, VersionRange known, CodeWriter code)
    {
        foreach (var field in fields)
        {
            var type = Names.Property(field);
            code.Line($"/// <summary>{Summary(field, known)}</summary>");
            if (Names.IsLazy(field))
            {
                var storage = Names.Storage(field);
                code.Line($"public {type} {field.Name} {{ get => {storage} ??= new {type}(); set => {storage} = value; }}");
                code.Line();
                code.Line($"{type}? {storage.Substring("this.".Length)};");
            }
            else
            {
                code.Line($"public {type} {field.Name} {{ get; set; }}{DefaultValues.Initializer(field)}");
            }

            code.Line();
        }
    }

    static string Summary(Field field, VersionRange known)
    {
        var text = $"Versions {field.Versions.Intersect(known)}";
        text += field.IsNullable ? $", null in {field.Null}" : "";
        text += field.Tag >= 0 ? $", tag {field.Tag} in {field.Tagged}" : "";
        return text + (field.Ignorable ? ", ignored in others." : ".");
    }

    static void EmitHoldsDefaults(EquatableArray<Field> fields, CodeWriter code)
    {
        // internal: asked across classes when a tag is left out because it holds what is implied (KIP-482)
        code.Open("internal bool HoldsDefaults()");
        foreach (var field in fields)
        {
            code.Open($"if ({DefaultValues.IsSet(field)})");
            code.Line("return false;");
            code.Close();
            code.Line();
        }

        code.Line("return true;");
        code.Close();
        code.Line();
    }

    static void EmitRequestMembers(MessageHeader header, CodeWriter code)
    {
        const string Request = "global::Kafka.Protocol.IKafkaRequest";
        code.Line();
        // explicit, so that the interface takes no names that fields of a message may have
        code.Line($"short {Request}.Key => ApiKey;");
        code.Line();
        code.Line($"short {Request}.Lowest => MinVersion;");
        code.Line();
        code.Line($"short {Request}.Highest => MaxVersion;");
        code.Line();
        code.Line($"bool {Request}.Flexible(short version) => IsFlexible(version);");
        code.Line();
        code.Line(
            $"global::Kafka.Protocol.IKafkaResponse {Request}.ReadResponse(ref WireReader r, short version) => "
            + $"{header.Name}Response.Read(ref r, version);");
    }
}
