using Dashboard.Components.Foundation.Lists;
using Dashboard.Messages.Scanning;
using Dashboard.Monitoring;
using Dashboard.Security.Access;

namespace Dashboard.Components.Features.Messages.Readings;

/// <summary>
/// Follows what is written: the newest on top. While a pointer or the focus is in the list nothing moves in it; what comes waits, and is
/// counted. A page shows the newest <see cref="MostRows"/>; what comes faster than it can be looked at is passed over, and counted as well:
/// but not where a filter says which records are wanted.
/// </summary>
public sealed class TailReading(
    IMessageScanner scanner, IClusterMonitor cluster, ScanQuery query, FollowReader reader, TimeProvider time, Action changed)
    : MessageReading(scanner, cluster, query, reader.Actor, changed)
{
    public const int MostRows = 500;

    /// <summary>Offsets of a partition that may wait.</summary>
    const int MostBehind = 200;

    /// <summary>Nobody reads faster.</summary>
    static readonly TimeSpan pace = TimeSpan.FromMilliseconds(250);

    /// <summary>Who asks for the past, or for what fits, wants all of it.</summary>
    long? Most => Query is { Filter: null, From.Kind: ScanBoundKind.Newest } ? MostBehind : null;

    static readonly ListState list = ListState.Of("", null, null, null, null, "");

    readonly List<FoundRecord> newest = [];
    readonly HeldRows<FoundRecord> rows = new(MessageLens.PlaceOf);
    CancellationTokenSource? stopping;
    long shown;

    public override IReadOnlyList<FoundRecord> Rows => rows.Shown;

    public FollowProgress? Progress { get; private set; }

    /// <summary>Records that came since the list is held.</summary>
    public long Waiting { get; private set; }

    public bool IsHeld => rows.Held;

    public void Hold(bool held)
    {
        rows.Held = held;
        if (!held)
        {
            Show();
        }
    }

    /// <summary>What waited comes in, held or not.</summary>
    public void Show()
    {
        var held = rows.Held;
        (rows.Held, Waiting) = (false, 0);
        Set();
        rows.Held = held;
        Changed();
    }

    public override void Stop()
    {
        WasStopped = true;
        stopping?.Cancel();
    }

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stopping = stop;
        try
        {
            var asked = Progress is { } before ? before.Rest with { Continue = before.Position } : Query;
            await foreach (var step in Scanner.FollowAsync(Cluster, asked, Actor, Most, stop.Token))
            {
                if (reader.WhyNot() is { } why)
                {
                    throw new UnauthorizedAccessException(why);
                }

                Take(step);
            }
        }
        catch (OperationCanceledException) when (WasStopped)
        {
            // what came stays
        }

        stopping = null;
    }

    void Take(FollowStep step)
    {
        newest.InsertRange(0, step.Found.Reverse());
        if (newest.Count > MostRows)
        {
            newest.RemoveRange(MostRows, newest.Count - MostRows);
        }

        Waiting += rows.Held ? step.Found.Length : 0;
        Progress = step.Progress;
        if (time.GetElapsedTime(shown) >= pace || step.Found.Length == 0)
        {
            shown = time.GetTimestamp();
            Set();
            Changed();
        }
    }

    void Set()
    {
        // a row that is looked at does not leave the list because others came
        var kept = rows.Shown.ToDictionary(MessageLens.PlaceOf);
        rows.Set([.. newest], kept.GetValueOrDefault, list);
    }
}
