namespace ZooKeeper.Server.Storage;

/// <summary>The checksum of log entries and snapshots (RFC 1950), as java.util.zip.Adler32.</summary>
struct Adler32
{
    const uint Modulus = 65521;

    // the most additions that cannot overflow 32 bits (zlib's NMAX)
    const int Run = 5552;

    uint a;
    uint b;

    public Adler32()
    {
        a = 1;
        b = 0;
    }

    public readonly long Value => ((long)b << 16) | a;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var run = bytes[..Math.Min(Run, bytes.Length)];
            bytes = bytes[run.Length..];
            foreach (var value in run)
            {
                a += value;
                b += a;
            }

            a %= Modulus;
            b %= Modulus;
        }
    }

    public static long Of(ReadOnlySpan<byte> bytes)
    {
        var sum = new Adler32();
        sum.Add(bytes);
        return sum.Value;
    }
}
