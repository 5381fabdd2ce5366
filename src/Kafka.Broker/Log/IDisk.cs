namespace Kafka.Broker.Log;

/// <summary>
/// The files of a log directory, so that tests can make them fail. Every method may throw <see cref="IOException"/>; whoever owns the directory
/// then takes it offline, with the partitions in it, and nothing else.
/// </summary>
public interface IDisk
{
    /// <summary>For reading and writing, made when absent.</summary>
    IDiskFile Open(string path);

    /// <summary>
    /// The whole content or the old one, never a part: a temporary file, rename. <paramref name="durable"/>: with fsync in between, so that it holds
    /// for a power cut too and not only for a killed process.
    /// </summary>
    void Replace(string path, ReadOnlySpan<byte> content, bool durable);

    void Rename(string from, string to);

    /// <summary>Nothing happens when it is absent.</summary>
    void Delete(string path);
}

/// <summary>One open file. Reads may run on any thread, writes on the owner's.</summary>
public interface IDiskFile : IDisposable
{
    long Length { get; }

    /// <summary>Fewer bytes than asked for only at the end of the file.</summary>
    int Read(Span<byte> buffer, long position);

    void Write(ReadOnlySpan<byte> bytes, long position);

    void SetLength(long length);

    /// <summary>fsync.</summary>
    void Flush();
}
