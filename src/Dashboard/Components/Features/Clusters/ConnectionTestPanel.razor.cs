using System.Collections.Immutable;
using Dashboard.Clusters;
using Dashboard.Components.Foundation.Live;
using Dashboard.Localization;
using Dashboard.Monitoring;
using Dashboard.Security.Access;
using Microsoft.AspNetCore.Components;
using Wire;

namespace Dashboard.Components.Features.Clusters;

/// <summary>A test of a connection that is not kept yet. One at a time; leaving the page ends it.</summary>
public partial class ConnectionTestPanel : UiComponent, IDisposable
{
    /// <summary>In the order in which they are taken; those of an ensemble follow, as far as it has them.</summary>
    static readonly string[] order = ["resolve", "connect", "tls", "authenticate", "apiVersions", "clusterId", "authorize"];

    CancellationTokenSource? running;
    ImmutableArray<ConnectionStep> steps = [];
    DateTimeOffset since;
    TimeSpan took;
    string? refused;

    [Inject]
    public IClusterCatalog Catalog { get; set; } = null!;

    [Inject]
    public ICurrentActor Who { get; set; } = null!;

    /// <summary>What is tested, as it is filled in at that moment; null where it cannot be taken, which the form then says.</summary>
    [Parameter, EditorRequired]
    public Func<ClusterDefinition?> Definition { get; set; } = null!;

    /// <summary>A field of it cannot be taken.</summary>
    [Parameter]
    public EventCallback<ClusterDefinitionException> OnFault { get; set; }

    ConnectionStep? Failed => steps.FirstOrDefault(step => !step.Ok);

    string Outcome => Failed is null
        ? L["Test_AllWell", steps.Length]
        : L["Test_Stopped", NameOf(Failed.Step)];

    /// <summary>What would have followed the step that failed.</summary>
    IEnumerable<string> NotReached =>
        Failed is { Step: var last } && Array.IndexOf(order, last) is >= 0 and var at ? order[(at + 1)..] : [];

    /// <summary>What is shown belongs to what was filled in before.</summary>
    public void Forget()
    {
        Cancel();
        (steps, refused) = ([], null);
        StateHasChanged();
    }

    public void Dispose()
    {
        Cancel();
        GC.SuppressFinalize(this);
    }

    /// <summary>"8 ms", "1.1 s".</summary>
    string Length(TimeSpan span) =>
        span < TimeSpan.FromSeconds(1) ? $"{Format.Number((long)span.TotalMilliseconds)} ms" : Format.Seconds(L, span.TotalSeconds);

    /// <summary>"ZooKeeper: Connect".</summary>
    string NameOf(string step)
    {
        const string ZooKeeper = "zookeeper.";
        return step.StartsWith(ZooKeeper, StringComparison.Ordinal)
            ? L["Test_OfZooKeeper", NameOf(step[ZooKeeper.Length..])]
            : L.Find($"Test_Step_{step}") ?? step;
    }

    void Cancel()
    {
        running?.Cancel();
        running = null;
    }

    async Task RunAsync()
    {
        if (running is not null || Definition() is not { } definition)
        {
            return;
        }
        using var test = new CancellationTokenSource();
        (running, steps, refused, since) = (test, [], null, Now);
        StateHasChanged();
        try
        {
            var actor = Who.Actor;
            var taken = await Task.Run(() => Catalog.TestAsync(definition, actor, test.Token), test.Token);
            if (running == test)
            {
                (steps, took) = (taken, Now - since);
            }
        }
        catch (OperationCanceledException) when (test.IsCancellationRequested)
        {
            // by the reader, who sees that it has ended
        }
        catch (ClusterDefinitionException fault)
        {
            await OnFault.InvokeAsync(fault);
        }
        catch (Exception fault) when (running == test)
        {
            refused = ErrorWords.Of(L, fault);
        }
        running = running == test ? null : running;
    }
}
