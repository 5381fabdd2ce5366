using System.Globalization;

namespace Kafka.Broker.Log;

/// <summary>
/// At which offset each leader epoch began (KIP-101): how far two replicas agree. Owned by the replica loop. Kafka's leader-epoch-checkpoint is
/// replaced at each change; when that fails the log's directory goes offline.
/// </summary>
public sealed class LeaderEpochs(IDisk disk, string path)
{
    readonly List<(int Epoch, long Start)> entries = [];

    public IReadOnlyList<(int Epoch, long Start)> Entries => entries;

    /// <summary>-1 without any.</summary>
    public int Latest => entries.Count == 0 ? -1 : entries[^1].Epoch;

    public void Load()
    {
        entries.Clear();
        foreach (var line in Checkpoint.Read(path))
        {
            if (line.Split(' ') is [var epoch, var start])
            {
                entries.Add((int.Parse(epoch, CultureInfo.InvariantCulture), long.Parse(start, CultureInfo.InvariantCulture)));
            }
        }
    }

    /// <summary>The first batch of an epoch is at the offset. An older or equal epoch than the latest is passed over.</summary>
    public void Assign(int epoch, long startOffset)
    {
        if (Note(epoch, startOffset))
        {
            Save();
        }
    }

    /// <summary>As <see cref="Assign"/>, without writing; recovery calls <see cref="Save"/> once.</summary>
    public bool Note(int epoch, long startOffset)
    {
        if (epoch < 0 || epoch <= Latest)
        {
            return false;
        }

        entries.RemoveAll(entry => entry.Start >= startOffset);
        entries.Add((epoch, startOffset));
        return true;
    }

    /// <summary>
    /// The largest epoch known that is not larger than the one asked for, and the offset at which the next began (the log's end for the latest).
    /// (-1, -1) for an epoch later than any known.
    /// </summary>
    public (int Epoch, long EndOffset) EndOf(int epoch, long logEndOffset)
    {
        if (epoch < 0 || entries.Count == 0 || epoch > Latest)
        {
            return (-1, -1);
        }

        if (epoch == Latest)
        {
            return (epoch, logEndOffset);
        }

        var next = entries.FindIndex(entry => entry.Epoch > epoch);
        return next == 0 ? (epoch, entries[0].Start) : (entries[next - 1].Epoch, entries[next].Start);
    }

    /// <summary>The epoch of the record at the offset; -1 when unknown.</summary>
    public int EpochAt(long offset) => entries.FindLastIndex(entry => entry.Start <= offset) is >= 0 and var at ? entries[at].Epoch : -1;

    /// <summary>Forgets epochs that began at the offset or later.</summary>
    public void TruncateFromEnd(long endOffset)
    {
        if (entries.RemoveAll(entry => entry.Start >= endOffset) > 0)
        {
            Save();
        }
    }

    /// <summary>Forgets epochs that ended at or before the offset; the one it lies in begins there now.</summary>
    public void TruncateFromStart(long startOffset)
    {
        var at = entries.FindLastIndex(entry => entry.Start <= startOffset);
        if (at < 0 || (at == 0 && entries[0].Start == startOffset))
        {
            return;
        }

        entries[at] = (entries[at].Epoch, startOffset);
        entries.RemoveRange(0, at);
        Save();
    }

    public void Clear()
    {
        entries.Clear();
        Save();
    }

    /// <summary>Without fsync: after a power cut the batches themselves tell the epochs.</summary>
    public void Save() => Checkpoint.Write(disk, path, entries.Select(entry => $"{entry.Epoch} {entry.Start}"), durable: false);
}
