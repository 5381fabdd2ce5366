namespace Wire.Generator.Model;

enum Primitive
{
    /// <summary>Not a primitive: a struct or record named in <see cref="FieldType.Name"/>.</summary>
    None,
    Bool,
    Int8,
    Int16,
    UInt16,
    Int32,
    UInt32,
    Int64,
    Float64,
    Uuid,
    String,
    Bytes,
}

/// <summary>A field's type: a primitive or a struct, or a list of one.</summary>
readonly record struct FieldType(Primitive Primitive, string Name, bool IsList)
{
    public bool IsStruct => Primitive == Primitive.None;

    public bool IsNumber => Primitive is >= Primitive.Int8 and <= Primitive.Float64;

    public bool CanBeNull(bool jute) => IsList || Primitive is Primitive.String or Primitive.Bytes || (IsStruct && !jute);

    public static Primitive Kafka(string name) => name switch
    {
        "bool" => Primitive.Bool,
        "int8" => Primitive.Int8,
        "int16" => Primitive.Int16,
        "uint16" => Primitive.UInt16,
        "int32" => Primitive.Int32,
        "uint32" => Primitive.UInt32,
        "int64" => Primitive.Int64,
        "float64" => Primitive.Float64,
        "uuid" => Primitive.Uuid,
        "string" => Primitive.String,
        "bytes" or "records" => Primitive.Bytes,
        _ => Primitive.None,
    };

    public static Primitive Jute(string name) => name switch
    {
        "bool" => Primitive.Bool,
        "int" => Primitive.Int32,
        "long" => Primitive.Int64,
        "double" => Primitive.Float64,
        "ustring" => Primitive.String,
        "buffer" => Primitive.Bytes,
        _ => Primitive.None,
    };
}
