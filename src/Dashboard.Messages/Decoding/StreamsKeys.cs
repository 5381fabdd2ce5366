using System.Buffers.Binary;
using System.Globalization;
using Dashboard.Messages.Bytes;

namespace Dashboard.Messages.Decoding;

/// <summary>
/// Keys of Kafka Streams' windowed tables, in the topics that it makes for itself (…-changelog, …-repartition): the key, then when its
/// window begins (8 bytes, ms), in a window store's changelog a number as well (4 bytes); of a session its end and its beginning.
/// </summary>
static class StreamsKeys
{
    const int Window = sizeof(long), Store = sizeof(long) + sizeof(int), Session = 2 * sizeof(long);

    /// <summary>From 2001 to 2286: other bytes rarely look like times of these years.</summary>
    const long Earliest = 1_000_000_000_000, Latest = 10_000_000_000_000;

    /// <exception cref="UndecodableException">It is too short.</exception>
    public static DecodedBody Read(string format, ReadOnlyMemory<byte> bytes)
    {
        var tail = format switch { BodyFormats.StreamsStore => Store, BodyFormats.StreamsSession => Session, _ => Window };
        if (bytes.Length < tail)
        {
            throw new UndecodableException($"{format} ends with {tail} bytes of its window, here are {bytes.Length}");
        }

        var (key, window) = (PlainDecoder.Of(bytes[..^tail]), bytes[^tail..]);
        return Structured.Of(format, json =>
        {
            json.WriteStartObject();
            if (key.Json is { } structure)
            {
                json.WritePropertyName("key");
                structure.WriteTo(json);
            }
            else
            {
                json.WriteString("key", key.Text);
            }

            var first = Long(window, 0);
            json.WriteString(format == BodyFormats.StreamsSession ? "end" : "start", Time(first));
            if (format == BodyFormats.StreamsSession)
            {
                json.WriteString("start", Time(Long(window, sizeof(long))));
            }
            else if (format == BodyFormats.StreamsStore)
            {
                json.WriteNumber("sequence", BinaryPrimitives.ReadInt32BigEndian(window.Span[sizeof(long)..]));
            }

            json.WriteEndObject();
        });
    }

    /// <summary>Whether it is called as Streams calls its own.</summary>
    public static bool MayBeIn(string topic) =>
        topic.EndsWith("-changelog", StringComparison.Ordinal) || topic.EndsWith("-repartition", StringComparison.Ordinal);

    /// <summary>Where the topic is one of theirs and the last bytes are times of our age. Null: it is not likely.</summary>
    public static DecodedBody? Guess(RecordBody body)
    {
        var bytes = body.Bytes;
        if (body.Part != BodyPart.Key || !MayBeIn(body.Topic))
        {
            return null;
        }

        return bytes.Length > Session && IsTime(Long(bytes[^Session..], 0)) && IsTime(Long(bytes[^Session..], sizeof(long)))
                ? Read(BodyFormats.StreamsSession, bytes)
            : bytes.Length > Store && IsTime(Long(bytes[^Store..], 0)) ? Read(BodyFormats.StreamsStore, bytes)
            : bytes.Length > Window && IsTime(Long(bytes[^Window..], 0)) ? Read(BodyFormats.StreamsWindow, bytes)
            : null;
    }

    static bool IsTime(long milliseconds) => milliseconds is > Earliest and < Latest;

    static string Time(long milliseconds) => milliseconds is >= 0 and < 253_402_300_800_000
        ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)
        : milliseconds.ToString(CultureInfo.InvariantCulture);

    static long Long(ReadOnlyMemory<byte> bytes, int at) => BinaryPrimitives.ReadInt64BigEndian(bytes.Span[at..]);
}
