using System.Text.Encodings.Web;
using System.Text.Json;
using Dashboard.Monitoring.Connections;
using Dashboard.Monitoring.Model;
using Kafka.Client;

namespace Dashboard.Monitoring.Metadata;

/// <summary>Finds the place that a path names. Branches are read when asked for, each at most every two seconds.</summary>
sealed class MetadataBrowser(KafkaCluster? kafka, Func<ClusterSnapshot> current, TimeProvider time) : IMetadataBrowser, IDisposable
{
    static readonly TimeSpan fresh = TimeSpan.FromSeconds(2);

    static readonly JsonSerializerOptions json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        // for people: names in other scripts as they are. Pages escape it as any text
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    readonly SemaphoreSlim one = new(1);
    readonly Dictionary<string, (MetadataNode Node, long ReadAt)> recent = [];

    readonly IMetadataBranch[] branches = kafka is null ? [] :
    [
        new BrokersBranch(kafka), new TopicsBranch(kafka, current), new ConfigsBranch(kafka, current), new QuotasBranch(kafka),
        new AclsBranch(kafka), new FeaturesBranch(kafka), new ScramBranch(kafka),
    ];

    public async Task<MetadataView?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var names = MetadataPath.Names(path);
        if (names.Length == 0)
        {
            return View("/", Root());
        }

        if (branches.FirstOrDefault(b => b.Name == names[0]) is not { } branch)
        {
            return null;
        }

        var node = await ReadAsync(branch, cancellationToken).ConfigureAwait(false);
        foreach (var name in names.Skip(1))
        {
            var below = await SafelyAsync(() => node.FindAsync(name, cancellationToken), cancellationToken).ConfigureAwait(false);
            if (below is null && node.Error is null)
            {
                return null;
            }

            node = below ?? node; // what is below what could not be read cannot be read either
        }

        return View(path, node);
    }

    public void Dispose() => one.Dispose();

    MetadataNode Root()
    {
        var (snapshot, identity) = (current(), current().Identity.Value);
        return new MetadataNode(new
        {
            identity?.ClusterId,
            snapshot.ControllerId,
            Epoch = snapshot.IsControllerRead ? snapshot.Quorum.Value?.Epoch : null,
            identity?.KafkaVersion,
        })
        {
            Children = [.. branches.Select(b => new MetadataChild(b.Name, null))],
        };
    }

    async Task<MetadataNode> ReadAsync(IMetadataBranch branch, CancellationToken cancellationToken)
    {
        await one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!recent.TryGetValue(branch.Name, out var known) || time.GetElapsedTime(known.ReadAt) >= fresh)
            {
                var node = await SafelyAsync(async () => await branch.ReadAsync(cancellationToken).ConfigureAwait(false), cancellationToken)
                    .ConfigureAwait(false);
                // a failure is kept, too: a branch that cannot be read is not asked for by every click
                recent[branch.Name] = known = (node!, time.GetTimestamp());
            }

            return known.Node;
        }
        finally
        {
            one.Release();
        }
    }

    async Task<MetadataNode?> SafelyAsync(Func<Task<MetadataNode?>> read, CancellationToken cancellationToken)
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            return new MetadataNode(null) { Error = Errors.From(failure, "Kafka", time.GetUtcNow()) };
        }
    }

    static MetadataView View(string path, MetadataNode node) =>
        new(path, node.Value is null ? null : JsonSerializer.Serialize(node.Value, json), node.Children, node.Error);
}
