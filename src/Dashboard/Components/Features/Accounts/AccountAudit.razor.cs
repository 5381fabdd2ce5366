using System.Collections.Immutable;
using Dashboard.Components.Foundation.Live;
using Dashboard.Monitoring.Audit;
using Dashboard.Monitoring.Model;
using Dashboard.Security.Identity;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Accounts;

/// <summary>The newest entries of the audit log that belong to no cluster; read again with each change of accounts.</summary>
public sealed partial class AccountAudit : UiComponent, IDisposable
{
    /// <summary>The rest is in the file.</summary>
    const int Most = 50;

    const int Read = 2000;

    readonly CancellationTokenSource gone = new();
    ImmutableArray<AuditEntry> entries = [];
    SectionState state;
    AccountDesk? desk;

    [Inject]
    public IAuditLog Log { get; set; } = null!;

    [Inject]
    public IServiceProvider Services { get; set; } = null!;

    protected override Task OnInitializedAsync()
    {
        desk = Services.GetService<AccountDesk>();
        if (desk is not null)
        {
            desk.Noted += OnNoted;
        }

        return ReadAsync();
    }

    public void Dispose()
    {
        if (desk is not null)
        {
            desk.Noted -= OnNoted;
        }

        gone.Cancel();
        gone.Dispose();
    }

    void OnNoted() => _ = InvokeAsync(async () =>
    {
        await ReadAsync();
        StateHasChanged();
    });

    async Task ReadAsync()
    {
        try
        {
            if (gone.IsCancellationRequested)
            {
                return;
            }

            entries = [.. (await Log.ReadLastAsync(Read, gone.Token)).Where(entry => entry.Cluster.Length == 0).Take(Most)];
            state = new(true, null, Now);
        }
        catch (IOException fault)
        {
            state = new(state.HasValue, new(SectionErrorKind.Failed, "audit.jsonl", null, fault.Message, Now), state.AsOf);
        }
        catch (OperationCanceledException)
        {
            // the page was left
        }
    }
}
