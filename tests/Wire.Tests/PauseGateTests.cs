namespace Wire.Tests;

public sealed class PauseGateTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_open_gate_holds_nobody_and_a_closed_one_everybody_until_it_opens()
    {
        var gate = new PauseGate();
        Assert.True(gate.WaitAsync(Token).IsCompletedSuccessfully);
        gate.Pause();
        gate.Pause();
        Assert.True(gate.IsPaused);
        var waiting = Enumerable.Range(0, 5).Select(_ => gate.WaitAsync(Token).AsTask()).ToArray();
        Assert.DoesNotContain(waiting, one => one.IsCompleted);
        gate.Resume();
        gate.Resume();
        await Task.WhenAll(waiting);
        Assert.False(gate.IsPaused);
    }

    [Fact]
    public async Task Waiting_can_be_cancelled()
    {
        var gate = new PauseGate();
        gate.Pause();
        using var cancel = new CancellationTokenSource();
        var waiting = gate.WaitAsync(cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }
}
