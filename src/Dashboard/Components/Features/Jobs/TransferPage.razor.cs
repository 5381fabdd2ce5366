using Dashboard.Components.Foundation.Live;
using Dashboard.Messages.Jobs.Transfers;
using Dashboard.Monitoring.Model;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Jobs;

/// <summary>Redrive and copy: the range is that of the messages page, with the same names in the address.</summary>
public sealed partial class TransferPage : ClusterPage
{
    TransferDraft draft = new();

    [Parameter]
    public string Name { get; set; } = "";

    [SupplyParameterFromQuery]
    public string? From { get; set; }

    [SupplyParameterFromQuery]
    public string? To { get; set; }

    [SupplyParameterFromQuery]
    public string? Partitions { get; set; }

    [SupplyParameterFromQuery]
    public string? Filter { get; set; }

    [SupplyParameterFromQuery]
    public string? Isolation { get; set; }

    /// <summary>The topic that is written to; nothing with a redrive by header.</summary>
    [SupplyParameterFromQuery]
    public string? Target { get; set; }

    [SupplyParameterFromQuery]
    public string? TargetCluster { get; set; }

    [SupplyParameterFromQuery]
    public string? Header { get; set; }

    /// <summary>"skip": records without a target are left out.</summary>
    [SupplyParameterFromQuery]
    public string? Missing { get; set; }

    /// <summary>"true": records stay in their partitions.</summary>
    [SupplyParameterFromQuery]
    public string? KeepPartitions { get; set; }

    /// <summary>"true": with their times.</summary>
    [SupplyParameterFromQuery]
    public string? KeepTimestamps { get; set; }

    /// <summary>"false": records go without their own.</summary>
    [SupplyParameterFromQuery]
    public string? Headers { get; set; }

    /// <summary>Records a second.</summary>
    [SupplyParameterFromQuery]
    public string? Rate { get; set; }

    string Kind => new Uri(Navigation.Uri).AbsolutePath.EndsWith("/copy", StringComparison.Ordinal)
        ? TransferRequest.Copy
        : TransferRequest.Redrive;

    protected override object?[] Sections(ClusterSnapshot snapshot) => [snapshot.Topics.Value];

    protected override void OnInitialized()
    {
        base.OnInitialized();
        draft = new TransferDraft
        {
            From = From,
            To = To,
            Partitions = Partitions,
            Filter = Filter,
            Isolation = TransferDraft.Isolations.Contains(Isolation) ? Isolation! : TransferDraft.Isolations[0],
            ToHeader = Kind == TransferRequest.Redrive && string.IsNullOrEmpty(Target),
            Target = Target,
            TargetCluster = string.IsNullOrEmpty(TargetCluster) ? Cluster.Id : TargetCluster,
            Header = string.IsNullOrEmpty(Header) ? TransferRequest.Headers[0] : Header,
            Skips = Missing == "skip",
            KeepPartitions = KeepPartitions == "true",
            KeepTimestamps = KeepTimestamps == "true",
            KeepHeaders = Headers != "false",
            Rate = Rate ?? "",
        };
    }
}
