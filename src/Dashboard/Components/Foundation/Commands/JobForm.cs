using System.Text.Json;
using System.Text.Json.Nodes;
using Dashboard.Messages.Filters;
using Dashboard.Messages.Jobs;
using Kafka.Client;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Foundation.Commands;

/// <summary>
/// A form that begins a job: its fields become the request that REST takes, which is planned as it is filled in. What is wrong stands at
/// its field; what was planned is what begins.
/// </summary>
public abstract class JobForm : CheckedForm
{
    JobRequest? request;
    string? faultField;
    string? fault;

    [Inject]
    public JobRunner Runner { get; set; } = null!;

    protected JobPlan? Plan { get; private set; }

    /// <summary>Why nothing could be planned where no field is to blame: a cluster does not answer.</summary>
    protected string? PlanFault { get; private set; }

    protected bool CanBegin => !Running && Checks.IsSettled && Plan is { CanRun: true };

    /// <summary>The request; null while it is not filled in.</summary>
    protected abstract JsonObject? Body();

    /// <summary>What is wrong with a field, by its name in the request.</summary>
    protected string? FaultOf(string field) => faultField == field ? fault : null;

    /// <summary>The first reason, for beside the button; null: it can begin.</summary>
    protected string? WhyNot => CanBegin ? null
        : fault is not null ? $"{faultField}: {fault}"
        : !Checks.IsSettled ? L["Send_Checking"]
        : PlanFault ?? Plan?.Refusals.Select(r => r.Message).FirstOrDefault() ?? L["Send_NotYet"];

    /// <summary>Not waited for: a field goes on taking keys.</summary>
    protected Task ChangedAsync()
    {
        Forget();
        CheckSoon(PlanAsync);
        return Task.CompletedTask;
    }

    protected async Task PlanAsync(CancellationToken cancellationToken)
    {
        var (planned, asked, failure) = (default(JobPlan), default(JobRequest), default(string));
        (string Field, string Words)? wrong = null;
        try
        {
            if (Body() is { } body)
            {
                asked = Runner.Read(Cluster.Id, JsonSerializer.SerializeToElement(body));
                planned = await Runner.PlanAsync(asked.Job, Cluster.Who.Actor, cancellationToken);
            }
        }
        catch (Exception e) when (e is FormatException or FilterException)
        {
            // messages begin with the field, as in "rate.records: …": it is shown there
            var colon = e.Message.IndexOf(": ", StringComparison.Ordinal);
            wrong = colon > 0 ? (e.Message[..colon].Split('[', '.')[0], e.Message[(colon + 2)..]) : ("", e.Message);
        }
        catch (Exception e) when (e is KafkaException or InvalidOperationException)
        {
            failure = e.Message;
        }

        // a later change has been made: its plan must not be replaced by this one
        cancellationToken.ThrowIfCancellationRequested();
        (Plan, request, PlanFault) = (planned, asked, failure);
        (faultField, fault) = (wrong?.Field, wrong?.Words);
    }

    /// <returns>The job; null where it was refused, which is shown.</returns>
    protected async Task<JobEntry?> BeginAsync()
    {
        JobEntry? begun = null;
        if (CanBegin && Plan is { } plan && request is { } asked)
        {
            await RunAsync("job.start", async () =>
            {
                (var result, begun) = await Runner.StartAsync(asked, plan, Cluster.Who.Lasting, Gone);
                return result;
            });
        }

        return begun;
    }

    /// <summary>An empty field is none.</summary>
    protected static void Set(JsonObject body, string name, string? text)
    {
        if (!string.IsNullOrWhiteSpace(text))
        {
            body[name] = text;
        }
    }

    /// <summary>What is no number is for the request's reader to refuse.</summary>
    protected static void SetNumber(JsonObject body, string name, string? text)
    {
        if (!string.IsNullOrWhiteSpace(text))
        {
            // what is no number goes on as it is, and the job's own words refuse it
            body[name] = long.TryParse(text, out var number) ? number : text;
        }
    }
}
