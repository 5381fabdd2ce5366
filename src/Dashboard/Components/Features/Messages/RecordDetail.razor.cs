using Dashboard.Components.Foundation.Live;
using Dashboard.Monitoring;
using Kafka.Client;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Messages;

/// <summary>One record, opened: its value, and where only the beginning of it was kept the way to the rest.</summary>
public sealed partial class RecordDetail : UiComponent, IDisposable
{
    /// <summary>Longer values are for a file, not for a page.</summary>
    const int MostShown = 1 << 20;

    const int ShortKey = 40, MostHeaders = 100;

    readonly ComponentLifetime gone = new();
    MessageView? whole;
    string? failure;
    bool loading;

    [Parameter, EditorRequired]
    public string Topic { get; set; } = "";

    [Parameter, EditorRequired]
    public MessageView Message { get; set; } = null!;

    bool IsCut => Message.ValueLength > (whole ?? Message).Value!.Value.Length;

    string Address(string part) =>
        $"api/clusters/{Uri.EscapeDataString(Cluster.Id)}/topics/{Uri.EscapeDataString(Topic)}"
        + $"/partitions/{Message.Partition}/records/{Message.Offset}/{part}";

    async Task LoadAsync()
    {
        (loading, failure) = (true, null);
        try
        {
            whole = await Cluster.Monitor.Messages.ReadOneAsync(Topic, Message.Partition, Message.Offset, Cluster.Who.Actor, gone.Token);
            failure = whole is null ? L["Body_Gone"] : null;
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            // the page went away
        }
        catch (KafkaException refusal)
        {
            failure = L["Messages_Failed", refusal.Message];
        }

        loading = false;
    }

    public void Dispose()
    {
        gone.Cancel();
        gone.Dispose();
    }
}
