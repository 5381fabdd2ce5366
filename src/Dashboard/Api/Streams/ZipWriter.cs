using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace Dashboard.Api.Streams;

/// <summary>
/// A zip with as many files as come, of any size together (zip64 where it takes it; APPNOTE.TXT 6.3, sections 4.3 and 4.5.3). A zip lists
/// its files once more at its end, some 60 bytes each: up to then the list is kept in memory, and in a temporary file past 32 KB, so that
/// memory stays flat. What was never ended has no list, and no reader takes it for whole. A temporary file that cannot be written, because
/// the disk is full, fails what is written. Used by one writer at a time.
/// </summary>
/// <param name="at">Bytes that stand before it in the same file.</param>
sealed class ZipWriter(PipeWriter output, long at = 0) : IAsyncDisposable
{
    const int MostUnflushed = 64 << 10, MostKept = 1 << 20;

    /// <summary>Less does not become smaller.</summary>
    const int LeastCompressed = 32;

    const int LocalBytes = 30, ListedBytes = 46, OffsetExtraBytes = 12, EndBytes = 22, Zip64EndBytes = 56 + 20;
    const ushort Stored = 0, Deflate = 8, Zip64 = 45, Usual = 20;

    // the list comes last and is of millions of files: it goes to a file on disk where it gets large
    readonly FileBufferingWriteStream list = new();
    MemoryStream deflated = new();
    long position = at, files, listed;

    /// <param name="name">ASCII.</param>
    /// <param name="time">
    /// As a zip has it: without a zone, in steps of two seconds, from 1980 to 2107; what is not is the nearest of them.
    /// </param>
    public async ValueTask AddAsync(string name, ReadOnlyMemory<byte> content, DateTime time, CancellationToken cancellationToken)
    {
        var (body, method) = Compressed(content);
        var file = new Listed(
            Encoding.ASCII.GetBytes(name), method, DosTime(time), Crc32.HashToUInt32(content.Span), (uint)body.Length, (uint)content.Length,
            position);
        WriteLocal(file);
        position += LocalBytes + file.Name.Length + body.Length;
        files++;
        while (body.Length > 0)
        {
            var part = body[..Math.Min(body.Length, MostUnflushed)];
            output.Write(part.Span);
            body = body[part.Length..];
            if (output.UnflushedBytes > MostUnflushed)
            {
                await output.FlushAsync(cancellationToken);
            }
        }

        if (deflated.Capacity > MostKept)
        {
            deflated = new MemoryStream(); // of one large file
        }

        await ListAsync(file, cancellationToken);
    }

    /// <summary>Writes the list of all files: now it is whole.</summary>
    public async ValueTask EndAsync(CancellationToken cancellationToken)
    {
        await list.DrainBufferAsync(output, cancellationToken);
        WriteEnd();
        await output.FlushAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => list.DisposeAsync();

    (ReadOnlyMemory<byte> Body, ushort Method) Compressed(ReadOnlyMemory<byte> content)
    {
        if (content.Length < LeastCompressed)
        {
            return (content, Stored);
        }

        deflated.SetLength(0);
        using (var stream = new DeflateStream(deflated, CompressionLevel.Fastest, leaveOpen: true))
        {
            stream.Write(content.Span);
        }

        return deflated.Length < content.Length ? (deflated.GetBuffer().AsMemory(0, (int)deflated.Length), Deflate) : (content, Stored);
    }

    void WriteLocal(Listed file)
    {
        var bytes = new Fields(output.GetSpan(LocalBytes));
        // APPNOTE.TXT 4.3.7, without descriptor: sizes and checksum are known before a file begins
        bytes.Add(0x04034b50u);
        bytes.Add(Usual);
        file.Write(ref bytes);
        bytes.Add((ushort)0);
        output.Advance(LocalBytes);
        output.Write(file.Name);
    }

    async ValueTask ListAsync(Listed file, CancellationToken cancellationToken)
    {
        // only the place can be too large: a record has at most 2 GiB
        var isFar = file.At >= uint.MaxValue;
        var length = ListedBytes + file.Name.Length + (isFar ? OffsetExtraBytes : 0);
        var entry = ArrayPool<byte>.Shared.Rent(length);
        Write(entry);
        await list.WriteAsync(entry.AsMemory(0, length), cancellationToken);
        ArrayPool<byte>.Shared.Return(entry);
        listed += length;

        void Write(Span<byte> to)
        {
            var bytes = new Fields(to);
            bytes.Add(0x02014b50u);
            bytes.Add(Zip64);
            bytes.Add(isFar ? Zip64 : Usual);
            file.Write(ref bytes);
            bytes.Add((ushort)(isFar ? OffsetExtraBytes : 0));
            bytes.Add(0ul); // no comment, the first disk, no attributes within
            bytes.Add((ushort)0); // nor outside: four bytes with the two before
            bytes.Add(isFar ? uint.MaxValue : (uint)file.At);
            file.Name.CopyTo(to[ListedBytes..]);
            if (isFar)
            {
                bytes = new Fields(to[(ListedBytes + file.Name.Length)..]);
                bytes.Add((ushort)1);
                bytes.Add((ushort)8);
                bytes.Add((ulong)file.At);
            }
        }
    }

    void WriteEnd()
    {
        var end = position + listed;
        // 4.3.14 and 4.3.15; the short end below has the greatest numbers then, by which readers know
        if (files >= ushort.MaxValue || end >= uint.MaxValue)
        {
            var wide = new Fields(output.GetSpan(Zip64EndBytes));
            wide.Add(0x06064b50u);
            wide.Add(44ul); // bytes of this record from here on
            wide.Add(Zip64);
            wide.Add(Zip64);
            wide.Add(0ul); // this disk, and that of the list
            wide.Add((ulong)files);
            wide.Add((ulong)files);
            wide.Add((ulong)listed);
            wide.Add((ulong)position);
            wide.Add(0x07064b50u);
            wide.Add(0u);
            wide.Add((ulong)end);
            wide.Add(1u); // disks
            output.Advance(Zip64EndBytes);
        }

        var bytes = new Fields(output.GetSpan(EndBytes));
        bytes.Add(0x06054b50u);
        bytes.Add(0u); // this disk, and that of the list
        bytes.Add((ushort)Math.Min(files, ushort.MaxValue));
        bytes.Add((ushort)Math.Min(files, ushort.MaxValue));
        bytes.Add((uint)Math.Min(listed, uint.MaxValue));
        bytes.Add((uint)Math.Min(position, uint.MaxValue));
        bytes.Add((ushort)0);
        output.Advance(EndBytes);
    }

    /// <summary>Date above, time below, as MS-DOS has them.</summary>
    static uint DosTime(DateTime time) => time.Year switch
    {
        // the format's first day; for records without a time
        < 1980 => (1 << 21) | (1 << 16),
        > 2107 => DosTime(new DateTime(2107, 12, 31, 23, 59, 58)),
        _ => (uint)(((time.Year - 1980) << 25) | (time.Month << 21) | (time.Day << 16)
            | (time.Hour << 11) | (time.Minute << 5) | (time.Second / 2)),
    };

    /// <param name="At">Its first byte.</param>
    sealed record Listed(byte[] Name, ushort Method, uint Time, uint Crc, uint Compressed, uint Size, long At)
    {
        /// <summary>What stands before the file and in the list alike.</summary>
        public void Write(ref Fields bytes)
        {
            bytes.Add((ushort)0); // no flags
            bytes.Add(Method);
            bytes.Add(Time);
            bytes.Add(Crc);
            bytes.Add(Compressed);
            bytes.Add(Size);
            bytes.Add((ushort)Name.Length);
        }
    }

    /// <summary>Numbers one after the other, the lowest byte first.</summary>
    ref struct Fields(Span<byte> left)
    {
        Span<byte> left = left;

        public void Add(ushort number)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(left, number);
            left = left[2..];
        }

        public void Add(uint number)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(left, number);
            left = left[4..];
        }

        public void Add(ulong number)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(left, number);
            left = left[8..];
        }
    }
}
