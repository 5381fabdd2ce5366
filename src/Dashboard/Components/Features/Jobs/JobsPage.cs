using System.Collections.Immutable;
using Dashboard.Components.Foundation.Live;
using Dashboard.Messages.Jobs;
using Dashboard.Monitoring.Model;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Jobs;

/// <summary>The jobs of a cluster and those that write to it. They change twice a second at most.</summary>
public abstract class JobsPage : ClusterPage
{
    static readonly TimeSpan pace = TimeSpan.FromMilliseconds(500);

    protected ImmutableArray<JobEntry> jobs = [];

    [Inject]
    public JobRunner Runner { get; set; } = null!;

    protected string Headline => jobs.Count(job => job.IsActive) is > 0 and var active ? L["Jobs_Active", active] : L["Jobs_Idle"];

    protected override object?[] Sections(ClusterSnapshot snapshot) => [];

    protected override void OnInitialized()
    {
        base.OnInitialized();
        Look();
    }

    protected override void OnAfterRender(bool firstRender)
    {
        base.OnAfterRender(firstRender);
        if (firstRender)
        {
            _ = RepeatAsync(pace, _ => InvokeAsync(Look), Gone);
        }
    }

    /// <summary>Renders again only when something is another.</summary>
    protected virtual void Look()
    {
        ImmutableArray<JobEntry> now =
        [
            .. Runner.All.Where(job => (job.Cluster == Cluster.Id || job.Targets.Any(target => target.Cluster == Cluster.Id))
                && JobAccess.Sees(job, Cluster.Who.Actor)),
        ];
        if (!now.AsSpan().SequenceEqual(jobs.AsSpan(), ReferenceEqualityComparer.Instance))
        {
            jobs = now;
            StateHasChanged();
        }
    }

    protected string What(JobEntry job) => job.Targets switch
    {
        [var one] when one.Topic != job.Topic => L["Job_WhatTo", JobWords.Kind(L, job.Kind), job.Topic, one.Topic],
        [_, _, ..] => L["Job_WhatMany", JobWords.Kind(L, job.Kind), job.Topic, job.Targets.Length],
        _ => L["Job_WhatOf", JobWords.Kind(L, job.Kind), job.Topic],
    };
}
