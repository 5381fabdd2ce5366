using System.Collections.Immutable;
using System.Text;
using Dashboard.Components.Foundation.Live;
using Dashboard.Localization;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Model;
using Kafka.Protocol;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Metadata;

/// <summary>The value of the selected place, read again while it is shown; or why there is none to read.</summary>
public sealed partial class MetadataDetail : MetadataPart
{
    MetadataView? view;
    bool isMissing;

    [Parameter, EditorRequired]
    public string Path { get; set; } = "/";

    ImmutableArray<byte> Bytes => [.. Encoding.UTF8.GetBytes(view?.Value ?? "")];

    SectionState State => new(view is not null || isMissing, null, null);

    string Empty => L[view is { Children.Length: > 0 } ? "Metadata_OnlyHolds" : "Metadata_NoValue"];

    /// <summary>The page that shows the same thing, with more of it; null where there is none.</summary>
    string? Elsewhere => isMissing ? null : MetadataPath.Names(Path) switch
    {
        ["topics", var topic, ..] => Cluster.Topic(topic),
        ["configs", "topics", var topic] => Cluster.Topic(topic, "?tab=configs"),
        ["brokers", var id] => Cluster.Href($"brokers/{id}"),
        ["configs", "brokers", var id] when int.TryParse(id, out _) => Cluster.Href($"brokers/{id}"),
        ["acls", "group", var group] => Cluster.Group(group),
        _ => null,
    };

    protected override Task OnInitializedAsync() => RefreshAsync();

    protected override async Task RefreshAsync()
    {
        if (await ReadInTimeAsync(Path) is (true, var place))
        {
            (view, isMissing) = (place ?? view, place is null);
        }
    }

    /// <summary>It was answered: there is no fault in it.</summary>
    static bool IsAnswer(SectionError error) => error.Kind == SectionErrorKind.Unsupported || Is(error, ErrorCode.SecurityDisabled);

    static bool Is(SectionError error, ErrorCode code) => error.Code == ErrorCodes.Describe(code).Name;

    string Words(SectionError error) => error switch
    {
        _ when Is(error, ErrorCode.SecurityDisabled) => L["Metadata_NoAuthorizer"],
        { Kind: SectionErrorKind.Unsupported, Told: null } => L["Metadata_NotKnown"],
        { Kind: SectionErrorKind.Unsupported, Told: { } told } => ErrorWords.Of(L, told),
        _ when Is(error, ErrorCode.ClusterAuthorizationFailed) => L["Metadata_NotAllowed"],
        _ => ErrorWords.Of(L, error),
    };
}
