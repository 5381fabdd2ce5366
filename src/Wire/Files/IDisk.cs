namespace Wire.Files;

/// <summary>
/// The files of a node, behind an interface small enough that a test can make it fail or cut its power. Every method throws
/// <see cref="IOException"/> when there is no room, no permission, or the device fails; a failed write leaves a file that may end anywhere.
/// What was written is safe from a power cut after <see cref="IDiskFile.Sync"/>; that a file was created, renamed or deleted, only after
/// <see cref="SyncDirectory"/> (POSIX promises no more, and neither ext4 nor XFS does in every mode).
/// </summary>
public interface IDisk
{
    /// <summary>Creates a directory and those above it that are missing; they last when it returns.</summary>
    void CreateDirectory(string path);

    /// <summary>Opens a file for reading and writing; the mode says whether it must exist, must not, or is emptied.</summary>
    IDiskFile Open(string path, FileMode mode);

    /// <summary>Over what is there under the new name.</summary>
    void Rename(string from, string to);

    /// <summary>Nothing happens when it is absent.</summary>
    void Delete(string path);

    /// <summary>Makes creations, renames and deletions in a directory last.</summary>
    void SyncDirectory(string path);
}

/// <summary>An open file. Its owner alone writes; reads may run on any thread.</summary>
public interface IDiskFile : IDisposable
{
    /// <summary>In bytes.</summary>
    long Length { get; }

    /// <summary>Fewer bytes than the buffer holds only at the end of the file.</summary>
    int Read(Span<byte> buffer, long position);

    /// <summary>Writes all of it at the position.</summary>
    void Write(ReadOnlySpan<byte> bytes, long position);

    void SetLength(long length);

    /// <summary>Returns when everything written is on the device.</summary>
    void Sync();
}
