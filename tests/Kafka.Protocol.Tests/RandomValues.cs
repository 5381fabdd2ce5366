using System.Collections;
using System.Reflection;

namespace Kafka.Protocol.Tests;

/// <summary>Fills the properties that a version has, by the schema, with values from a seeded generator.</summary>
static class RandomValues
{
    public static void Fill(object target, IEnumerable<SchemaField> fields, short version, Random random)
    {
        foreach (var field in fields.Where(field => SchemaText.In(field.Versions, version)))
        {
            var property = target.GetType().GetProperty(field.Name)
                ?? throw new InvalidOperationException($"{target.GetType()} has no {field.Name}");
            property.SetValue(target, Value(property.PropertyType, field, version, random));
        }
    }

    static object? Value(Type type, SchemaField field, short version, Random random)
    {
        if (SchemaText.In(field.Nulls, version) && random.Next(3) == 0)
        {
            return null;
        }

        if (!field.IsList)
        {
            return Single(type, field, version, random);
        }

        var list = (IList)Activator.CreateInstance(type)!;
        for (var count = random.Next(4); count > 0; count--)
        {
            list.Add(Single(type.GetGenericArguments()[0], field, version, random));
        }

        return list;
    }

    static object Single(Type type, SchemaField field, short version, Random random)
    {
        if (field.Fields.Count > 0)
        {
            var instance = Activator.CreateInstance(type)!;
            Fill(instance, field.Fields, version, random);
            return instance;
        }

        var number = random.Next(4) == 0 ? random.NextInt64(long.MinValue, long.MaxValue) : random.Next(-200, 200);
        return field.ElementType switch
        {
            "bool" => random.Next(2) == 0,
            "int8" => (sbyte)number,
            "int16" => (short)number,
            "uint16" => (ushort)number,
            "int32" => (int)number,
            "uint32" => (uint)number,
            "int64" => number,
            "float64" => random.NextDouble(),
            "uuid" => new Guid(Bytes(random, 16)),
            "string" => Text(random),
            _ => new ReadOnlyMemory<byte>(Bytes(random, random.Next(300))),
        };
    }

    static string Text(Random random)
    {
        var length = random.Next(random.Next(2) == 0 ? 5 : 200);
        var chars = Enumerable.Range(0, length).Select(_ => "abcXYZ-._019é集\U0001F40B"[random.Next(14)]);
        return string.Concat(chars.Where(c => !char.IsSurrogate(c)));
    }

    static byte[] Bytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
