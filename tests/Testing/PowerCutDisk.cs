using Wire.Files;

namespace Testing;

/// <summary>
/// The machine's disk below one directory, of which a power cut leaves what POSIX promises: of a file what was written before its
/// last sync; of a directory the files and directories that it named at its last sync. Whatever was not synced is lost, or, with a
/// seed, kept in part as journals do: the first of the directories' changes, the first bytes of what was written.
/// </summary>
public sealed class PowerCutDisk(string root) : IDisk
{
    readonly Dictionary<string, Inode> present = [];
    readonly Dictionary<string, Inode> lasting = [];
    readonly List<(string Directory, (string Path, Inode? Inode)[] Entries)> unsynced = [];
    readonly HashSet<string> lastingDirectories = [root];
    readonly Lock gate = new();
    bool isOff;

    /// <summary>Calls so far.</summary>
    public int Calls { get; private set; }

    /// <summary>The power fails before this call is carried out, counted from 1.</summary>
    public int FailsAt { get; init; } = int.MaxValue;

    public void CreateDirectory(string path) => Step(() =>
    {
        Disk.Instance.CreateDirectory(path);
        for (var made = path; made is not null && made.StartsWith(root, StringComparison.Ordinal); made = Path.GetDirectoryName(made))
        {
            lastingDirectories.Add(made);
        }
    });

    public IDiskFile Open(string path, FileMode mode)
    {
        IDiskFile? file = null;
        Step(() =>
        {
            file = Disk.Instance.Open(path, mode);
            if (!present.ContainsKey(path))
            {
                Enter((path, new Inode()));
            }
        });
        return new CutFile(this, present[path], file!);
    }

    public void Rename(string from, string to) => Step(() =>
    {
        Disk.Instance.Rename(from, to);
        Enter((to, present[from]), (from, null));
    });

    public void Delete(string path) => Step(() =>
    {
        Disk.Instance.Delete(path);
        if (present.ContainsKey(path))
        {
            Enter((path, null));
        }
    });

    public void SyncDirectory(string path) => Step(() =>
    {
        foreach (var (directory, entries) in unsynced.Where(u => u.Directory == path).ToList())
        {
            Apply(lasting, entries);
        }

        unsynced.RemoveAll(u => u.Directory == path);
        lastingDirectories.UnionWith(Directory.EnumerateDirectories(path));
    });

    /// <summary>The power was cut and is back: the root holds what was left, and the disk that is returned goes on with it.</summary>
    /// <param name="random">What decides how much of the unsynced is kept; null: nothing is.</param>
    public PowerCutDisk Cut(Random? random = null)
    {
        lock (gate)
        {
            isOff = true;
            foreach (var (_, entries) in unsynced.Take(random?.Next(unsynced.Count + 1) ?? 0))
            {
                Apply(lasting, entries);
            }

            var left = lasting.ToDictionary(l => l.Key, l => Content(l.Value, random));
            Directory.Delete(root, recursive: true);
            var after = new PowerCutDisk(root);
            foreach (var directory in lastingDirectories)
            {
                Directory.CreateDirectory(directory);
                after.lastingDirectories.Add(directory);
            }

            foreach (var (path, content) in left.Where(l => lastingDirectories.Contains(Path.GetDirectoryName(l.Key)!)))
            {
                File.WriteAllBytes(path, content);
                after.present[path] = after.lasting[path] = new Inode { Synced = content };
            }

            return after;
        }
    }

    byte[] Content(Inode inode, Random? random)
    {
        if (random is null || present.FirstOrDefault(p => p.Value == inode).Key is not { } path)
        {
            return inode.Synced;
        }

        var written = File.ReadAllBytes(path);
        return random.Next(3) switch
        {
            0 => inode.Synced,
            1 => written,
            _ => Torn(written, inode.Synced, random.Next(written.Length + 1)),
        };
    }

    static byte[] Torn(byte[] written, byte[] synced, int at) => [.. written.Take(at), .. synced.Skip(at)];

    void Enter(params (string Path, Inode? Inode)[] entries)
    {
        unsynced.Add((Path.GetDirectoryName(entries[0].Path)!, entries));
        Apply(present, entries);
    }

    static void Apply(Dictionary<string, Inode> names, (string Path, Inode? Inode)[] entries)
    {
        foreach (var (path, inode) in entries)
        {
            if (inode is null)
            {
                names.Remove(path);
            }
            else
            {
                names[path] = inode;
            }
        }
    }

    void Step(Action action)
    {
        lock (gate)
        {
            if (isOff || ++Calls >= FailsAt)
            {
                isOff = true;
                throw new IOException("the power is off");
            }

            action();
        }
    }

    sealed class Inode
    {
        /// <summary>The content at the last sync.</summary>
        public byte[] Synced { get; set; } = [];
    }

    sealed class CutFile(PowerCutDisk disk, Inode inode, IDiskFile file) : IDiskFile
    {
        public long Length => file.Length;

        public int Read(Span<byte> buffer, long position) => file.Read(buffer, position);

        public void Write(ReadOnlySpan<byte> bytes, long position)
        {
            var copy = bytes.ToArray();
            disk.Step(() => file.Write(copy, position));
        }

        public void SetLength(long length) => disk.Step(() => file.SetLength(length));

        public void Sync() => disk.Step(() =>
        {
            var content = new byte[file.Length];
            file.Read(content, 0);
            inode.Synced = content;
        });

        public void Dispose() => file.Dispose();
    }
}
