using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Dashboard.Messages.Bytes;

/// <summary>What stands for a key where many are remembered: a digest that nobody can make two keys have.</summary>
static class KeyPrint
{
    public static UInt128 Of(ReadOnlySpan<byte> key)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(key, digest);
        return BinaryPrimitives.ReadUInt128BigEndian(digest);
    }
}
