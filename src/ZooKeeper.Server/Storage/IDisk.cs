namespace ZooKeeper.Server.Storage;

/// <summary>The writing half of a file system: small, so that a test can make it fail. A failed write leaves a file that may end anywhere.</summary>
interface IDisk
{
    /// <summary>Creates a file that must not exist yet.</summary>
    /// <exception cref="IOException">No room, no permission, or it exists.</exception>
    IDiskFile Create(string path);

    /// <summary>Opens an existing file for cutting it.</summary>
    IDiskFile Open(string path);

    /// <summary>Renames over what is there.</summary>
    void Replace(string from, string to);

    void Delete(string path);

    /// <summary>Makes creations, renames and deletions in a directory last.</summary>
    void SyncDirectory(string path);
}

interface IDiskFile : IDisposable
{
    /// <summary>Writes all of it at the position.</summary>
    void Write(ReadOnlySpan<byte> bytes, long position);

    void SetLength(long length);

    /// <summary>Returns when everything written is on the device.</summary>
    void Sync();
}
