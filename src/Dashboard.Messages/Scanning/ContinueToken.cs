using System.Buffers.Text;
using System.Collections.Immutable;
using System.Text;
using Dashboard.Messages.Bytes;
using Dashboard.Messages.Filters;
using Kafka.Client.Admin;
using Wire;

namespace Dashboard.Messages.Scanning;

/// <summary>
/// A query with what is left of it, as text for an address. It holds offsets and no secrets, and gives no right: rights are looked at
/// again when it comes back. Of a topic of 600 partitions it takes some 2 KB: offsets are packed (<see cref="PackedNumbers"/>), and an
/// end of a range that the query says by itself is left out.
/// </summary>
public static class ContinueToken
{
    /// <summary>Longer ones are for no address: servers, this one too, take 8 KB for a request's first line.</summary>
    public const int MostForAddress = 7_000;

    /// <summary>Of this way to write it; of the last records of keys, which has one list more.</summary>
    const sbyte Version = 2, LatestVersion = 3;

    /// <summary>More than any topic can have.</summary>
    const int MostCharacters = 4 << 20, MostPartitions = 200_000;

    public static string Write(ScanQuery query, ScanPosition position)
    {
        using var writer = new WireWriter();
        var isLatest = query.LatestPerKey;
        writer.WriteInt8(isLatest ? LatestVersion : Version);
        Write(writer, query.Topic);
        Write(writer, query.From.ToString());
        Write(writer, query.To?.ToString() ?? "");
        Write(writer, query.Filter?.Text ?? "");
        writer.WriteInt8((sbyte)query.Isolation);
        writer.WriteVarInt(query.Partitions.Length);
        PackedNumbers.Write(writer, Steps([.. query.Partitions]));
        writer.WriteVarInt(position.Left.Count);
        PackedNumbers.Write(writer, Steps([.. position.Left.Keys]));
        PackedNumbers.Write(writer, [.. position.Left.Values.Select(left => SaysLower(query) ? OffsetRange.AsAsked : left.From)]);
        PackedNumbers.Write(writer, [.. position.Left.Values.Select(left => SaysUpper(query) ? OffsetRange.AsAsked : left.To)]);
        if (isLatest)
        {
            var tops = position.Tops ?? ImmutableSortedDictionary<int, long>.Empty;
            PackedNumbers.Write(writer, [.. position.Left.Keys.Select(p => tops.GetValueOrDefault(p, OffsetRange.AsAsked))]);
        }

        return Base64Url.EncodeToString(writer.WrittenSpan);
    }

    /// <summary>Null where it is too long for an address: fewer partitions, or a beginning by time, are the way to go on then.</summary>
    public static string? WriteForAddress(ScanQuery query, ScanPosition position) =>
        Write(query, position) is { Length: <= MostForAddress } token ? token : null;

    /// <exception cref="FormatException">It was not written here, or not whole.</exception>
    public static ScanQuery Read(string token)
    {
        try
        {
            // before decoding: it comes from outside, and costs memory by its length
            if (token.Length > MostCharacters)
            {
                throw new FormatException("too long");
            }

            var reader = new WireReader(Base64Url.DecodeFromChars(token));
            var version = reader.ReadInt8();
            if (version is not (Version or LatestVersion))
            {
                throw new FormatException("of another version");
            }

            var query = new ScanQuery(Text(ref reader))
            {
                From = ScanBound.Parse(Text(ref reader)),
                To = Text(ref reader) is { Length: > 0 } to ? ScanBound.Parse(to) : null,
                Filter = RecordFilters.Parse(Text(ref reader)),
                Isolation = reader.ReadInt8() == 0 ? IsolationLevel.ReadUncommitted : IsolationLevel.ReadCommitted,
                Partitions = [.. Partitions(ref reader)],
            };
            var position = new ScanPosition(Left(ref reader));
            return version == Version
                ? query with { Continue = position }
                : query with { LatestPerKey = true, Continue = position with { Tops = Tops(ref reader, position.Left) } };
        }
        catch (Exception e) when (e is FormatException or WireFormatException or FilterException)
        {
            throw new FormatException($"It is not what another answer gave as next: {e.Message}");
        }
    }

    /// <summary>
    /// Read from the upper end on, the lower one stays what the query says: asked again, it is the same, or what is left of it.
    /// </summary>
    static bool SaysLower(ScanQuery query) => query.NewestFirst || query.LatestPerKey;

    /// <summary>Only "newest" is another place when it is asked for again.</summary>
    static bool SaysUpper(ScanQuery query) => !SaysLower(query) && query.End.Kind is ScanBoundKind.Offset or ScanBoundKind.Time;

    static void Write(WireWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        writer.WriteVarInt(bytes.Length);
        writer.WriteBytes(bytes);
    }

    static string Text(ref WireReader reader) => reader.ReadUtf8(reader.CheckCount(reader.ReadVarInt()));

    /// <summary>From each to the next: mostly one.</summary>
    static List<long> Steps(int[] ascending) => [.. ascending.Select((one, i) => (long)one - (i > 0 ? ascending[i - 1] : -1))];

    static int[] Partitions(ref WireReader reader)
    {
        var count = reader.ReadVarInt();
        if (count is < 0 or > MostPartitions)
        {
            throw new FormatException("no partitions");
        }

        var at = -1L;
        var partitions = new int[count];
        foreach (var (i, step) in PackedNumbers.Read(ref reader, count).Index())
        {
            at = step > 0 && step <= int.MaxValue - at ? at + step : throw new FormatException("no partitions");
            partitions[i] = (int)at;
        }

        return partitions;
    }

    static ImmutableSortedDictionary<int, long> Tops(ref WireReader reader, ImmutableSortedDictionary<int, OffsetRange> left)
    {
        var tops = PackedNumbers.Read(ref reader, left.Count);
        return tops.Any(top => top < OffsetRange.AsAsked)
            ? throw new FormatException("no offsets")
            : left.Keys.Zip(tops).ToImmutableSortedDictionary(p => p.First, p => p.Second);
    }

    static ImmutableSortedDictionary<int, OffsetRange> Left(ref WireReader reader)
    {
        var partitions = Partitions(ref reader);
        var (from, to) = (PackedNumbers.Read(ref reader, partitions.Length), PackedNumbers.Read(ref reader, partitions.Length));
        return partitions.Index().ToImmutableSortedDictionary(p => p.Item, p =>
        {
            var range = new OffsetRange(from[p.Index], to[p.Index]);
            return range is { From: >= OffsetRange.AsAsked, To: >= OffsetRange.AsAsked } && (range.To < 0 || range.From <= range.To)
                ? range
                : throw new FormatException("no offsets");
        });
    }
}
