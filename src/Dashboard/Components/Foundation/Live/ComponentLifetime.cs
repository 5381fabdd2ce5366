namespace Dashboard.Components.Foundation.Live;

/// <summary>
/// Cancelled when a component goes away. Its token can be asked for after that as well: what a component awaited may come back to it when
/// its page was left meanwhile, and ends quietly then.
/// </summary>
public sealed class ComponentLifetime : CancellationTokenSource
{
    public ComponentLifetime() => Token = base.Token;

    public new CancellationToken Token { get; }
}
