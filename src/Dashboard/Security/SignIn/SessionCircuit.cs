using Dashboard.Security.Identity;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace Dashboard.Security.SignIn;

/// <summary>
/// A page that stays open when its session has ended does nothing any longer: what its browser sends is dropped. That it leaves for the
/// sign-in page is SessionWatch's, which a browser could ignore; its connection is cut by <see cref="SignInGate"/>.
/// </summary>
sealed class SessionCircuit(AuthenticationStateProvider who, OpenSessions sessions) : CircuitHandler
{
    CancellationToken ended;

    public override async Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken) =>
        ended = sessions.Ending((await who.GetAuthenticationStateAsync()).User);

    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(
        Func<CircuitInboundActivityContext, Task> next) =>
        context => ended.IsCancellationRequested ? Task.CompletedTask : next(context);
}
