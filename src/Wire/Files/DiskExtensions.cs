namespace Wire.Files;

/// <summary>What is made of several steps on a disk.</summary>
public static class DiskExtensions
{
    const string Unfinished = ".tmp";

    /// <summary>
    /// Gives a file a new content. A crash or a failed write on the way leaves the old content or the new one, never a part: it is written
    /// beside and renamed.
    /// </summary>
    /// <param name="durable">
    /// Also through a power cut, at the price of two syncs. Without it only a killed process is survived: for what can be found out again.
    /// </param>
    public static void WriteWhole(this IDisk disk, string path, ReadOnlySpan<byte> content, bool durable = true)
    {
        using (var file = disk.CreateBeside(path))
        {
            file.Write(content, 0);
            if (durable)
            {
                // before the rename: a file system may write the new name to disk ahead of the content, which a power cut would leave empty
                file.Sync();
            }
        }

        if (durable)
        {
            disk.PutInPlace(path);
        }
        else
        {
            disk.Rename(path + Unfinished, path);
        }
    }

    /// <summary>
    /// The first half of <see cref="WriteWhole"/>, for a content that is written piece by piece: the file to fill and to sync. What an
    /// earlier attempt left is overwritten.
    /// </summary>
    public static IDiskFile CreateBeside(this IDisk disk, string path) => disk.Open(path + Unfinished, FileMode.Create);

    /// <summary>The second half: the file that <see cref="CreateBeside"/> made, synced and closed, takes its name.</summary>
    public static void PutInPlace(this IDisk disk, string path)
    {
        disk.Rename(path + Unfinished, path);
        disk.SyncDirectory(Path.GetDirectoryName(path)!);
    }
}
