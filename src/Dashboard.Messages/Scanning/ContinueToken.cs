using System.Buffers.Text;
using System.Collections.Immutable;
using System.Text;
using Dashboard.Messages.Filters;
using Kafka.Client.Admin;
using Wire;

namespace Dashboard.Messages.Scanning;

/// <summary>
/// A query with what is left of it, as text for an address. It holds offsets and no secrets, and gives nobody a right: whoever brings it is
/// asked again what he may read.
/// </summary>
public static class ContinueToken
{
    /// <summary>Of this way to write it.</summary>
    const sbyte Version = 1;

    /// <summary>More than any topic can have.</summary>
    const int MostCharacters = 4 << 20;

    public static string Write(ScanQuery query, ScanPosition position)
    {
        using var writer = new WireWriter();
        writer.WriteInt8(Version);
        Write(writer, query.Topic);
        Write(writer, query.From.ToString());
        Write(writer, query.To?.ToString() ?? "");
        Write(writer, query.Filter?.Text ?? "");
        writer.WriteInt8((sbyte)query.Isolation);
        writer.WriteVarInt(query.Partitions.Length);
        foreach (var partition in query.Partitions)
        {
            writer.WriteVarInt(partition);
        }

        writer.WriteVarInt(position.Left.Count);
        foreach (var (partition, left) in position.Left)
        {
            writer.WriteVarInt(partition);
            writer.WriteVarLong(left.From);
            writer.WriteVarLong(left.To - left.From);
        }

        return Base64Url.EncodeToString(writer.WrittenSpan);
    }

    /// <exception cref="FormatException">It was not written here, or not whole.</exception>
    public static ScanQuery Read(string token)
    {
        try
        {
            if (token.Length > MostCharacters)
            {
                throw new FormatException("too long");
            }

            var reader = new WireReader(Base64Url.DecodeFromChars(token));
            if (reader.ReadInt8() != Version)
            {
                throw new FormatException("of another version");
            }

            var query = new ScanQuery(Text(ref reader))
            {
                From = ScanBound.Parse(Text(ref reader)),
                To = Text(ref reader) is { Length: > 0 } to ? ScanBound.Parse(to) : null,
                Filter = RecordFilters.Parse(Text(ref reader)),
                Isolation = reader.ReadInt8() == 0 ? IsolationLevel.ReadUncommitted : IsolationLevel.ReadCommitted,
                Partitions = Partitions(ref reader),
            };
            return query with { Continue = new ScanPosition(Left(ref reader)) };
        }
        catch (Exception e) when (e is FormatException or WireFormatException or FilterException)
        {
            throw new FormatException($"It is not what another answer gave as next: {e.Message}");
        }
    }

    static void Write(WireWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        writer.WriteVarInt(bytes.Length);
        writer.WriteBytes(bytes);
    }

    static string Text(ref WireReader reader) => reader.ReadUtf8(reader.CheckCount(reader.ReadVarInt()));

    static ImmutableArray<int> Partitions(ref WireReader reader)
    {
        var partitions = new int[reader.CheckCount(reader.ReadVarInt())];
        for (var i = 0; i < partitions.Length; i++)
        {
            partitions[i] = reader.ReadVarInt();
        }

        return [.. partitions];
    }

    static ImmutableSortedDictionary<int, OffsetRange> Left(ref WireReader reader)
    {
        var left = ImmutableSortedDictionary.CreateBuilder<int, OffsetRange>();
        for (var count = reader.CheckCount(reader.ReadVarInt(), 3); count > 0; count--)
        {
            var (partition, from, length) = (reader.ReadVarInt(), reader.ReadVarLong(), reader.ReadVarLong());
            left[partition] = from >= 0 && length >= -1 ? new OffsetRange(from, from + length) : throw new FormatException("no offsets");
        }

        return left.ToImmutable();
    }
}
