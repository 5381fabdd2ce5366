using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Benchmarks;

/// <summary>
/// As much of the protocol between a page and its circuit as a benchmark speaks: SignalR's MessagePack messages, each behind its length,
/// over a binary socket (dotnet/aspnetcore, src/SignalR/docs/specs/HubProtocol.md). An invocation is an array: 1, headers, id, target,
/// arguments, streams.
/// </summary>
static class BlazorPack
{
    const byte Invocation = 1, Nil = 0xc0, NoHeaders = 0x80, Int64 = 0xd3, Str32 = 0xdb;

    public static byte[] Invoke(string? id, string target, params ReadOnlySpan<object?> arguments)
    {
        var body = new ArrayBufferWriter<byte>();
        body.Write<byte>([0x96, Invocation, NoHeaders]);
        Write(body, id);
        Write(body, target);
        body.Write<byte>([(byte)(0x90 | arguments.Length)]);
        foreach (var argument in arguments)
        {
            Write(body, argument);
        }

        body.Write<byte>([0x90]);
        var message = new ArrayBufferWriter<byte>();
        var length = body.WrittenCount;
        for (; length > 0x7f; length >>= 7)
        {
            message.Write<byte>([(byte)(length | 0x80)]);
        }

        message.Write<byte>([(byte)length, .. body.WrittenSpan]);
        return message.WrittenSpan.ToArray();
    }

    /// <summary>The next message of a frame, taken off it.</summary>
    public static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> frame)
    {
        var (length, shift, at) = (0, 0, 0);
        do
        {
            length |= (frame[at] & 0x7f) << shift;
            shift += 7;
        }
        while ((frame[at++] & 0x80) != 0);
        var message = frame.Slice(at, length);
        frame = frame[(at + length)..];
        return message;
    }

    /// <summary>What is invoked, and the first argument where that is a number; null for messages that are no invocation.</summary>
    public static (string Target, long Number)? Read(ReadOnlySpan<byte> message)
    {
        if (message[1] != Invocation)
        {
            return null;
        }

        var rest = message[3..];
        _ = Text(ref rest);
        var target = Text(ref rest);
        return (target, rest[0] == 0x90 ? 0 : Number(rest[1..]));
    }

    static void Write(ArrayBufferWriter<byte> body, object? value)
    {
        switch (value)
        {
            case string text:
                var length = Encoding.UTF8.GetByteCount(text);
                body.Write<byte>([Str32]);
                BinaryPrimitives.WriteInt32BigEndian(body.GetSpan(4), length);
                body.Advance(4);
                Encoding.UTF8.GetBytes(text, body);
                break;
            case long number:
                body.Write<byte>([Int64]);
                BinaryPrimitives.WriteInt64BigEndian(body.GetSpan(8), number);
                body.Advance(8);
                break;
            default:
                body.Write<byte>([Nil]);
                break;
        }
    }

    /// <summary>Empty for nil.</summary>
    static string Text(ref ReadOnlySpan<byte> rest)
    {
        var (head, length) = rest[0] switch
        {
            Nil => (1, 0),
            >= 0xa0 and < 0xc0 => (1, rest[0] & 0x1f),
            0xd9 => (2, rest[1]),
            0xda => (3, BinaryPrimitives.ReadUInt16BigEndian(rest[1..])),
            _ => (5, BinaryPrimitives.ReadInt32BigEndian(rest[1..])),
        };
        var text = Encoding.UTF8.GetString(rest.Slice(head, length));
        rest = rest[(head + length)..];
        return text;
    }

    static long Number(ReadOnlySpan<byte> rest) => rest[0] switch
    {
        < 0x80 => rest[0],
        0xcc or 0xd0 => rest[1],
        0xcd or 0xd1 => BinaryPrimitives.ReadUInt16BigEndian(rest[1..]),
        0xce or 0xd2 => BinaryPrimitives.ReadUInt32BigEndian(rest[1..]),
        0xcf or Int64 => BinaryPrimitives.ReadInt64BigEndian(rest[1..]),
        _ => 0,
    };
}
