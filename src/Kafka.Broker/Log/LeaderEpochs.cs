using System.Globalization;
using Wire.Files;

namespace Kafka.Broker.Log;

/// <summary>
/// At which offset each leader epoch began (KIP-101): how far two replicas agree. Owned by the replica loop. Kafka's
/// leader-epoch-checkpoint is replaced before the first batch of an epoch is written and at each cut; when that fails the log's directory
/// goes offline.
/// </summary>
sealed class LeaderEpochs(IDisk disk, string path)
{
    readonly List<(int Epoch, long Start)> entries = [];
    bool changed;

    public IReadOnlyList<(int Epoch, long Start)> Entries => entries;

    /// <summary>-1 without any.</summary>
    public int Latest => entries.Count == 0 ? -1 : entries[^1].Epoch;

    /// <summary>False (and nothing known) when the file holds no epochs or what cannot be: then they are read from the batches.</summary>
    public bool TryLoad()
    {
        entries.Clear();
        foreach (var line in Checkpoint.Read(path))
        {
            if (line.Split(' ') is not [var first, var second]
                || !int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
                || !long.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out var start)
                || (entries.Count > 0 && (epoch <= Latest || start < entries[^1].Start)))
            {
                entries.Clear();
                return false;
            }

            entries.Add((epoch, start));
        }

        return entries.Count > 0;
    }

    /// <summary>
    /// A batch of the epoch is about to be written at the offset. An older or equal epoch than the latest is passed over.
    /// </summary>
    public void Assign(int epoch, long startOffset)
    {
        Note(epoch, startOffset);
        Save();
    }

    /// <summary>As <see cref="Assign"/>, without writing: an epoch that has no batch yet need not outlive the process.</summary>
    public void Note(int epoch, long startOffset)
    {
        if (epoch >= 0 && epoch > Latest)
        {
            // an epoch that brought no record began at the same offset: starts must grow, or EndOf would answer with an empty epoch
            entries.RemoveAll(entry => entry.Start >= startOffset);
            entries.Add((epoch, startOffset));
            changed = true;
        }
    }

    /// <summary>
    /// The largest epoch known that is not larger than the one asked for, and the offset at which the next began (the log's end for the
    /// latest). (-1, -1) for an epoch later than any known.
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
        // older than all that retention has left: whatever it wrote ended before the first record here, as Kafka answers
        return next == 0 ? (epoch, entries[0].Start) : (entries[next - 1].Epoch, entries[next].Start);
    }

    /// <summary>The epoch of the record at the offset; -1 when unknown.</summary>
    public int EpochAt(long offset) => entries.FindLastIndex(entry => entry.Start <= offset) is >= 0 and var at ? entries[at].Epoch : -1;

    /// <summary>Forgets epochs that began at the offset or later.</summary>
    public void TruncateFromEnd(long endOffset)
    {
        changed |= entries.RemoveAll(entry => entry.Start >= endOffset) > 0;
        Save();
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
        changed = true;
        Save();
    }

    public void Clear()
    {
        entries.Clear();
        changed = true;
        Save();
    }

    /// <summary>Writes what changed. Without fsync: after a power cut the epochs are read from the batches.</summary>
    void Save()
    {
        if (changed)
        {
            Checkpoint.Write(disk, path, entries.Select(entry => $"{entry.Epoch} {entry.Start}"), durable: false);
            changed = false;
        }
    }
}
