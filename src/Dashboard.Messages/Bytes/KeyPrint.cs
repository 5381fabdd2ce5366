using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Dashboard.Messages.Bytes;

/// <summary>Instead of a key where many are remembered: a digest for which no two keys can be made.</summary>
static class KeyPrint
{
    public static UInt128 Of(ReadOnlySpan<byte> key)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(key, digest);
        return BinaryPrimitives.ReadUInt128BigEndian(digest);
    }
}
