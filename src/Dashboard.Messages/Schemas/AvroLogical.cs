using System.Globalization;
using System.Numerics;
using System.Text;
using Avro;
using Dashboard.Messages.Bytes;
using AvroType = Avro.Schema.Type;

namespace Dashboard.Messages.Schemas;

/// <summary>Values of logical types as people write them, both ways. One that is not known is what its base type is.</summary>
static class AvroLogical
{
    /// <summary>Digits of longer numbers take time that grows with the square.</summary>
    const int LongestDecimal = 256;

    const int LargestScale = 1000;

    /// <summary>Ticks of 100 ns a unit, of instants that are counted from 1970; nanoseconds are below a tick.</summary>
    static readonly Dictionary<string, long> ticks = new()
    {
        ["timestamp-millis"] = TimeSpan.TicksPerMillisecond,
        ["timestamp-micros"] = TimeSpan.TicksPerMicrosecond,
        ["local-timestamp-millis"] = TimeSpan.TicksPerMillisecond,
        ["local-timestamp-micros"] = TimeSpan.TicksPerMicrosecond,
        ["time-millis"] = TimeSpan.TicksPerMillisecond,
        ["time-micros"] = TimeSpan.TicksPerMicrosecond,
        ["date"] = TimeSpan.TicksPerDay,
    };

    public static void Read(LogicalSchema schema, ref ByteCursor cursor, JsonOutput output)
    {
        switch (schema.BaseSchema.Tag)
        {
            case AvroType.Int:
                Number(schema.LogicalTypeName, AvroReader.Int(ref cursor), output);
                break;
            case AvroType.Long:
                Number(schema.LogicalTypeName, cursor.ZigZag(), output);
                break;
            case AvroType.Bytes:
                Bytes(schema, cursor.Take(cursor.ZigZag()), output);
                break;
            case AvroType.Fixed:
                Bytes(schema, cursor.Take(((FixedSchema)schema.BaseSchema).Size), output);
                break;
            case AvroType.String:
                output.Writer.WriteStringValue(cursor.Utf8(cursor.ZigZag()));
                break;
            default:
                throw new UndecodableException($"{schema.LogicalTypeName} of {schema.BaseSchema.Tag} is no type that is read", cursor.At);
        }
    }

    /// <summary>A number from what a person wrote, or from the number itself.</summary>
    /// <returns>Null when it is neither.</returns>
    public static long? Number(string type, string text)
    {
        if (!ticks.TryGetValue(type, out var unit))
        {
            return null;
        }

        const DateTimeStyles utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (type.StartsWith("time-", StringComparison.Ordinal))
        {
            return TimeOnly.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time.Ticks / unit : null;
        }

        return DateTime.TryParse(text, CultureInfo.InvariantCulture, utc, out var instant)
            // rounded down, also before 1970: division alone would round towards it
            ? Math.DivRem((instant - DateTime.UnixEpoch).Ticks, unit) is var (whole, rest) && rest < 0 ? whole - 1 : whole
            : null;
    }

    public static int Scale(LogicalSchema schema) =>
        int.TryParse(schema.GetProperty("scale"), CultureInfo.InvariantCulture, out var scale) && scale is >= 0 and <= LargestScale
            ? scale
            : 0;

    static void Number(string type, long value, JsonOutput output)
    {
        if (Words(type, value) is { } words)
        {
            output.Writer.WriteStringValue(words);
        }
        else
        {
            output.Writer.WriteNumberValue(value);
        }
    }

    /// <summary>Null for what is no time, or none that a calendar has.</summary>
    static string? Words(string type, long value)
    {
        if (type is "timestamp-nanos" or "local-timestamp-nanos")
        {
            // a DateTime has steps of 100 ns: the last two digits are written from the number
            var (whole, rest) = Math.DivRem(value, 1_000_000_000);
            var at = DateTime.UnixEpoch.AddSeconds(rest < 0 ? whole - 1 : whole);
            var end = type[0] == 'l' ? "" : "Z";
            var nanos = rest < 0 ? rest + 1_000_000_000 : rest;
            return string.Create(CultureInfo.InvariantCulture, $"{at:yyyy-MM-ddTHH:mm:ss}.{nanos:D9}{end}");
        }

        // what no calendar has stays a number
        if (!ticks.TryGetValue(type, out var unit) || value > DateTime.MaxValue.Ticks / unit || value < -DateTime.MaxValue.Ticks / unit)
        {
            return null;
        }

        var time = value * unit;
        if (type.StartsWith("time-", StringComparison.Ordinal))
        {
            return time is >= 0 and < TimeSpan.TicksPerDay
                ? new TimeOnly(time).ToString("HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture)
                : null;
        }

        if (time + DateTime.UnixEpoch.Ticks is var since && (since < 0 || since > DateTime.MaxValue.Ticks))
        {
            return null;
        }

        var form = type == "date" ? "yyyy-MM-dd" : type[0] == 'l' ? "yyyy-MM-ddTHH:mm:ss.FFFFFF" : "yyyy-MM-ddTHH:mm:ss.FFFFFFZ";
        return new DateTime(since, DateTimeKind.Utc).ToString(form, CultureInfo.InvariantCulture);
    }

    static void Bytes(LogicalSchema schema, ReadOnlySpan<byte> bytes, JsonOutput output)
    {
        var writer = output.Writer;
        switch (schema.LogicalTypeName)
        {
            // to write digits takes quadratic time: longer ones stay bytes
            case "decimal" when bytes.Length <= LongestDecimal:
                writer.WriteRawValue(Decimal(AvroReader.Unscaled(bytes), Scale(schema)), skipInputValidation: true);
                break;
            case "uuid" when bytes.Length == 16:
                writer.WriteStringValue(new Guid(bytes, bigEndian: true));
                break;
            case "duration" when bytes.Length == 12:
                var parts = new ByteCursor(bytes);
                writer.WriteStartObject();
                writer.WriteNumber("months", parts.Fixed32());
                writer.WriteNumber("days", parts.Fixed32());
                writer.WriteNumber("millis", parts.Fixed32());
                writer.WriteEndObject();
                break;
            default:
                writer.WriteStringValue(Encoding.Latin1.GetString(bytes));
                break;
        }
    }

    static string Decimal(BigInteger unscaled, int scale)
    {
        var digits = BigInteger.Abs(unscaled).ToString(CultureInfo.InvariantCulture).PadLeft(scale + 1, '0');
        var sign = unscaled.Sign < 0 ? "-" : "";
        return scale == 0 ? $"{sign}{digits}" : $"{sign}{digits[..^scale]}.{digits[^scale..]}";
    }
}
