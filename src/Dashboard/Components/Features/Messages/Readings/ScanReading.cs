using Dashboard.Messages.Scanning;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;

namespace Dashboard.Components.Features.Messages.Readings;

/// <summary>Reads a range from one end to the other.</summary>
public sealed class ScanReading(IMessageScanner scanner, IClusterMonitor cluster, ScanQuery query, Actor actor, Action changed)
    : MessageReading(scanner, cluster, query, actor, changed)
{
    /// <summary>More rows than anybody looks at; past that the first ones leave the page, and the address has the way back.</summary>
    const int MostRows = 2_000;

    readonly List<FoundRecord> rows = [];
    ScanPosition? goOn;
    CancellationTokenSource? stopping;

    public override IReadOnlyList<FoundRecord> Rows => rows;

    public ScanProgress? Progress { get; private set; }

    /// <summary>From where Stop ended it; null: there is nothing left, or nothing to go on with.</summary>
    public Task<Exception?> GoOnAsync()
    {
        goOn = Progress?.Next;
        return goOn is null ? Task.FromResult<Exception?>(null) : RunAsync();
    }

    public override void Stop()
    {
        WasStopped = true;
        stopping?.Cancel();
    }

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        using var stop = new CancellationTokenSource();
        stopping = stop;
        var asked = goOn is null ? Query : Query with { Continue = goOn };
        await foreach (var step in Scanner.ScanAsync(Cluster, asked, Actor, stop.Token, cancellationToken))
        {
            rows.AddRange(step.Found);
            if (rows.Count > MostRows)
            {
                rows.RemoveRange(0, rows.Count - MostRows);
            }

            Progress = step.Progress;
            Changed();
        }

        stopping = null;
    }
}
