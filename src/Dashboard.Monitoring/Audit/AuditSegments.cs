using System.Globalization;

namespace Dashboard.Monitoring.Audit;

/// <summary>How much of the audit log is kept on disk: past both together its oldest entries are removed.</summary>
/// <param name="FileBytes">A file that would grow past this is followed by another.</param>
/// <param name="Files">All that are kept, the one that is written among them.</param>
public sealed record AuditLimits(long FileBytes, int Files)
{
    /// <summary>Some hundred thousand entries.</summary>
    public static AuditLimits Usual { get; } = new(16 << 20, 16);
}

/// <summary>One file of the audit log.</summary>
/// <param name="Base">Its first byte, counted over all files there ever were.</param>
/// <param name="IsCurrent">The one that is written.</param>
readonly record struct AuditSegment(string Path, long Base, long Length, bool IsCurrent)
{
    public long End => Base + Length;
}

/// <summary>
/// The files of the audit log: <c>audit.jsonl</c>, and before it what grew too large, as <c>audit-BASE.jsonl</c>. BASE is where it begins,
/// counted in bytes over all of them, so that a position stays good when files are renamed and removed. Lines lie within one file.
/// </summary>
sealed class AuditSegments(string directory)
{
    internal const string FileName = "audit.jsonl";

    const string Prefix = "audit-", Suffix = ".jsonl";

    /// <summary>Of the one that is written.</summary>
    public string Current { get; } = Path.Combine(directory, FileName);

    /// <summary>0 before it is there.</summary>
    public long CurrentLength => new FileInfo(Current) is { Exists: true } info ? info.Length : 0;

    /// <summary>From the oldest to the one that is written, which need not be there yet.</summary>
    public IReadOnlyList<AuditSegment> List()
    {
        var before = Directory.Exists(directory)
            ? new DirectoryInfo(directory).EnumerateFiles($"{Prefix}*{Suffix}")
                .Select(file => (File: file, Base: BaseOf(file.Name))).Where(one => one.Base is not null)
                .Select(one => new AuditSegment(one.File.FullName, one.Base!.Value, one.File.Length, IsCurrent: false))
                .OrderBy(one => one.Base).ToList()
            : [];
        return [.. before, new AuditSegment(Current, before.Count == 0 ? 0 : before[^1].End, CurrentLength, IsCurrent: true)];
    }

    /// <summary>For reading, while it is written; a file that was followed by another since it was listed is found again.</summary>
    /// <exception cref="IOException">It cannot be read, or was removed.</exception>
    public FileStream Open(AuditSegment segment)
    {
        var followed = Name(segment.Base);
        FileStream? stream = null;
        try
        {
            stream = File.Exists(followed) ? null : Read(segment.Path);
        }
        catch (FileNotFoundException) when (File.Exists(followed))
        {
            // renamed this very moment
        }

        // asked again: what was opened may be the next one, which has the same name
        if (!File.Exists(followed))
        {
            return stream ?? Read(segment.Path);
        }

        stream?.Dispose();
        return Read(followed);
    }

    /// <summary>The one that is written becomes one of those before it.</summary>
    /// <exception cref="IOException">It cannot be renamed, and is as it was.</exception>
    public void Follow(AuditSegment current) => File.Move(current.Path, Name(current.Base));

    static FileStream Read(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    string Name(long begin) => Path.Combine(directory, Prefix + begin.ToString("D20", CultureInfo.InvariantCulture) + Suffix);

    static long? BaseOf(string name) =>
        long.TryParse(name[Prefix.Length..^Suffix.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var begin) ? begin : null;
}
