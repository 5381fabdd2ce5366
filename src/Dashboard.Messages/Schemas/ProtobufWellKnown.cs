using System.Globalization;
using Dashboard.Messages.Bytes;

namespace Dashboard.Messages.Schemas;

/// <summary>google.protobuf's own types as the values they stand for (protobuf.dev, "ProtoJSON Format").</summary>
static class ProtobufWellKnown
{
    const string Package = "google.protobuf.";

    static readonly HashSet<string> wrappers =
    [
        "DoubleValue", "FloatValue", "Int64Value", "UInt64Value", "Int32Value", "UInt32Value", "BoolValue", "StringValue", "BytesValue",
    ];

    public static bool IsWrapper(string fullName) =>
        fullName.StartsWith(Package, StringComparison.Ordinal) && wrappers.Contains(fullName[Package.Length..]);

    /// <summary>Whether it was one, and is written.</summary>
    public static bool Write(
        string fullName, Dictionary<int, List<ProtobufPiece>> found, ReadOnlySpan<byte> bytes, int origin, JsonOutput output,
        ProtobufReader reader, ProtobufTypes types)
    {
        if (!fullName.StartsWith(Package, StringComparison.Ordinal))
        {
            return false;
        }

        switch (fullName[Package.Length..])
        {
            case "Timestamp" when Timestamp(Long(found, 1), Long(found, 2)) is { } at:
                output.Writer.WriteStringValue(at);
                return true;
            case "Duration" when Duration(Long(found, 1), Long(found, 2)) is { } lasting:
                output.Writer.WriteStringValue(lasting);
                return true;
            case "Struct" or "ListValue" when types.Find(fullName) is { } type && found.Count <= 1:
                // its one field is the object, or the list
                reader.Field(type.Fields[1], found.GetValueOrDefault(1) ?? [], bytes, origin, output);
                return true;
            case "Value" when types.Find(fullName) is { } type:
                return Any(type, found, bytes, origin, output, reader);
            default:
                return IsWrapper(fullName) && types.Find(fullName) is { } wrapper && found.Count <= 1
                    && Wrapped(wrapper.Fields[1], found, bytes, origin, output, reader);
        }
    }

    static bool Any(
        ProtobufMessage type, Dictionary<int, List<ProtobufPiece>> found, ReadOnlySpan<byte> bytes, int origin, JsonOutput output,
        ProtobufReader reader)
    {
        foreach (var (number, given) in found)
        {
            if (number != 1 && type.Fields.TryGetValue(number, out var field))
            {
                reader.One(field, given[^1], bytes, origin, output);
                return true;
            }
        }

        output.Writer.WriteNullValue();
        return true;
    }

    static bool Wrapped(
        ProtobufField field, Dictionary<int, List<ProtobufPiece>> found, ReadOnlySpan<byte> bytes, int origin, JsonOutput output,
        ProtobufReader reader)
    {
        if (found.TryGetValue(field.Number, out var given))
        {
            reader.One(field, given[^1], bytes, origin, output);
        }
        else
        {
            reader.Scalar(field, default, [], origin, output);
        }

        return true;
    }

    /// <summary>Null when no calendar has it.</summary>
    static string? Timestamp(long seconds, long nanos)
    {
        if (seconds is < -62135596800 or > 253402300799 || nanos is < 0 or > 999_999_999)
        {
            return null;
        }

        var at = DateTime.UnixEpoch.AddSeconds(seconds).ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
        return nanos == 0 ? $"{at}Z" : string.Create(CultureInfo.InvariantCulture, $"{at}.{nanos:D9}").TrimEnd('0') + "Z";
    }

    static string? Duration(long seconds, long nanos)
    {
        if (nanos is < -999_999_999 or > 999_999_999 || seconds is < -315_576_000_000 or > 315_576_000_000)
        {
            return null;
        }

        var sign = seconds < 0 || nanos < 0 ? "-" : "";
        var part = nanos == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $".{Math.Abs(nanos):D9}").TrimEnd('0');
        return string.Create(CultureInfo.InvariantCulture, $"{sign}{Math.Abs(seconds)}{part}s");
    }

    static long Long(Dictionary<int, List<ProtobufPiece>> found, int field) =>
        found.TryGetValue(field, out var given) ? (long)given[^1].Value : 0;
}
