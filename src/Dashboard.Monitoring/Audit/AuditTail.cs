using System.Text.Json;
using Wire.Files;

namespace Dashboard.Monitoring.Audit;

/// <summary>A line of audit.jsonl as it is there, and where the next one begins.</summary>
public readonly record struct AuditLine(ReadOnlyMemory<byte> Json, long End);

/// <summary>
/// What of the audit log is still to be written elsewhere: all from a position on, over its files. The position is kept in
/// <c>audit-sent.json</c>, so that what waits outlives a restart; it is written after what was sent, so that a crash between the two sends
/// a line twice rather than never. Past <see cref="MostBytes"/> that wait the oldest lines are passed over, and counted. One caller at a
/// time; counts are read by any.
/// </summary>
public sealed class AuditTail
{
    public const long MostBytes = 64 << 20;

    /// <summary>No topic takes a longer record unless it is told to.</summary>
    const int LongestLine = 4 << 20;

    readonly AuditSegments segments;
    readonly string keptIn;
    readonly long mostBytes;
    long position;
    long counted;
    long waiting;
    long passedOver;

    /// <summary>Without a kept position nothing waits of what is in the file by now.</summary>
    public AuditTail(string directory, long mostBytes = MostBytes)
    {
        (segments, keptIn) = (new AuditSegments(directory), Path.Combine(directory, "audit-sent.json"));
        this.mostBytes = mostBytes;
        var kept = Kept();
        IsKept = kept is not null;
        position = counted = kept ?? segments.List()[^1].End;
    }

    /// <summary>It is on disk from where on lines wait.</summary>
    public bool IsKept { get; private set; }

    /// <summary>Lines that wait, as they were looked at last.</summary>
    public long Waiting => Interlocked.Read(ref waiting);

    /// <summary>Lines that will not be sent, since the start: too many waited, or one could not be taken.</summary>
    public long PassedOver => Interlocked.Read(ref passedOver);

    /// <summary>
    /// From where on the log's files are still read, when it ends there: what waits, and no more of it than may. Asked by any.
    /// </summary>
    public long NeededFrom(long end) => Math.Max(Interlocked.Read(ref position), end - mostBytes);

    /// <summary>Nothing waits of what is in the file by now, unless it was kept that it does.</summary>
    public void StandAtEnd()
    {
        if (!IsKept)
        {
            MoveTo(counted = segments.List()[^1].End);
        }
    }

    /// <summary>Counts what waits, and passes over what is too much.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public void Look()
    {
        var files = segments.List();
        FindPosition(files);
        foreach (var file in files.Where(one => one.End > counted))
        {
            using var stream = Open(file, counted);
            foreach (var end in LineEnds(stream, Math.Max(counted, file.Base)))
            {
                counted = end;
                Interlocked.Increment(ref waiting);
            }

            if (!file.IsCurrent)
            {
                counted = file.End;
            }
        }

        foreach (var file in files.Where(one => one.End > position))
        {
            if (counted - position <= mostBytes)
            {
                break;
            }

            using var stream = Open(file, position);
            foreach (var end in LineEnds(stream, Math.Max(position, file.Base)).TakeWhile(_ => counted - position > mostBytes))
            {
                PassOver(end);
            }
        }
    }

    /// <summary>Where files are not there any more that it lies in, or before which it lies.</summary>
    void FindPosition(IReadOnlyList<AuditSegment> files)
    {
        var (first, current) = (files[0], files[^1]);
        if (position > current.End)
        {
            // that which was written was put away, and is another one
            MoveTo(counted = current.Base);
            Interlocked.Exchange(ref waiting, 0);
        }
        else if (position < first.Base)
        {
            // removed while too much waited: what was counted of it will not be sent
            var left = Math.Max(counted, first.Base);
            var still = files.Where(one => one.Base < left).Sum(one =>
            {
                using var stream = Open(one, one.Base);
                return LineEnds(stream, one.Base).TakeWhile(end => end <= left).LongCount();
            });
            Interlocked.Add(ref passedOver, Waiting - still);
            Interlocked.Exchange(ref waiting, still);
            counted = left;
            MoveTo(first.Base);
        }
    }

    /// <summary>Whole lines from the position on.</summary>
    /// <param name="most">At most so many; and some megabytes.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public IReadOnlyList<AuditLine> Next(int most)
    {
        while (counted > position)
        {
            var files = segments.List();
            FindPosition(files);
            var file = files.First(one => one.End > position);
            var begin = Math.Max(position, file.Base);
            using var stream = Open(file, begin);
            var bytes = new byte[Math.Min(LongestLine, Math.Min(counted, file.End) - begin)];
            stream.ReadExactly(bytes);
            var (lines, from) = (new List<AuditLine>(), 0);
            while (lines.Count < most && bytes.AsSpan(from).IndexOf((byte)'\n') is var length and >= 0)
            {
                lines.Add(new(bytes.AsMemory(from, length), begin + from + length + 1));
                from += length + 1;
            }

            if (lines.Count > 0)
            {
                return lines;
            }

            // longer than anything that could be sent
            PassOver(LineEnds(stream, begin + bytes.Length).FirstOrDefault(file.End));
        }

        return [];
    }

    /// <summary>A line was sent, or is none.</summary>
    public void Pass(AuditLine line)
    {
        MoveTo(line.End);
        Interlocked.Decrement(ref waiting);
    }

    /// <summary>It will never be sent.</summary>
    public void PassOver(AuditLine line) => PassOver(line.End);

    /// <summary>The next start goes on from here.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Keep()
    {
        Disk.Private.WriteWhole(keptIn, JsonSerializer.SerializeToUtf8Bytes(new SentUpTo(position), AuditJson.Default.SentUpTo));
        IsKept = true;
    }

    void PassOver(long end)
    {
        MoveTo(end);
        Interlocked.Decrement(ref waiting);
        Interlocked.Increment(ref passedOver);
    }

    long? Kept()
    {
        try
        {
            return File.Exists(keptIn) ? JsonSerializer.Deserialize(File.ReadAllBytes(keptIn), AuditJson.Default.SentUpTo)?.Position : null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            // twice is better than never
            return 0;
        }
    }

    void MoveTo(long end) => Interlocked.Exchange(ref position, end);

    FileStream Open(AuditSegment file, long from)
    {
        var stream = segments.Open(file);
        stream.Seek(Math.Max(from, file.Base) - file.Base, SeekOrigin.Begin);
        return stream;
    }

    /// <summary>Where each line ends, behind its line feed; a last one that is not whole has no end.</summary>
    static IEnumerable<long> LineEnds(FileStream stream, long at)
    {
        var buffer = new byte[1 << 16];
        while (stream.Read(buffer) is > 0 and var read)
        {
            for (var i = 0; i < read; i++)
            {
                if (buffer[i] == '\n')
                {
                    yield return at + i + 1;
                }
            }

            at += read;
        }
    }
}

/// <param name="Position">In bytes: all before it was sent.</param>
sealed record SentUpTo(long Position);
