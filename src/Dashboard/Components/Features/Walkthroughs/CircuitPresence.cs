using Microsoft.AspNetCore.Components.Server.Circuits;

namespace Dashboard.Components.Features.Walkthroughs;

/// <summary>
/// Whether the browser is connected to its circuit. The framework keeps a circuit for minutes after its browser has gone, for it may come
/// back; what a page must not leave behind for so long it undoes by itself.
/// </summary>
public sealed class CircuitPresence : CircuitHandler
{
    /// <summary>True when the browser is there (again); raised on no particular thread.</summary>
    public event Action<bool>? Changed;

    public override Task OnConnectionUpAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        Changed?.Invoke(true);
        return Task.CompletedTask;
    }

    public override Task OnConnectionDownAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        Changed?.Invoke(false);
        return Task.CompletedTask;
    }
}
