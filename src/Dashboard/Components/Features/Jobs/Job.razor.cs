using System.Text.Encodings.Web;
using System.Text.Json;
using Dashboard.Localization;
using Dashboard.Messages.Jobs;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Jobs;

/// <summary>One job, as it goes.</summary>
public sealed partial class Job : JobsPage
{
    /// <summary>It is shown as text: nothing of it has to be escaped for a page.</summary>
    static readonly JsonSerializerOptions indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    JobEntry? job;
    JobRate? rate;

    [Parameter]
    public string Id { get; set; } = "";

    string Request => JsonSerializer.Serialize(job!.Request, indented);

    string Verdict => job!.State == JobState.Done ? L["Job_DoneAt", Clock(job.Since)]
        : job.Waiting is not null ? JobWords.State(L, job, TimeOfDay)
        : L["Job_StateSince", JobWords.State(L, job.State), Clock(job.Since)];

    /// <summary>Planned ones, and those that came while it ran.</summary>
    List<(string Topic, string Cluster, long Written, long? Planned)> Topics
    {
        get
        {
            var written = job!.Progress.ByTopic;
            var cluster = job.Targets.Select(target => target.Cluster).FirstOrDefault(job.Cluster);
            return
            [
                .. job.Targets.Select(t => (t.Topic, t.Cluster, written.GetValueOrDefault(t.Topic), t.Records)),
                .. written.Where(one => job.Targets.All(t => t.Topic != one.Key)).Select(one => (one.Key, cluster, one.Value, (long?)null)),
            ];
        }
    }

    protected override void OnParametersSet() => Look();

    protected override void Look()
    {
        base.Look();
        var (now, fast) = (jobs.FirstOrDefault(one => one.Id == Id), Runner.RateOf(Id));
        if (!ReferenceEquals(now, job) || fast != rate)
        {
            (job, rate) = (now, fast);
            StateHasChanged();
        }
    }
}
