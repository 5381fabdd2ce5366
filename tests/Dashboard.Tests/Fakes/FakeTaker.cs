using Dashboard.Operations;

namespace Dashboard.Tests.Fakes;

/// <summary>A walkthrough of ann's that ends at once when it is wanted to.</summary>
public sealed class FakeTaker(WalkthroughTurn turn) : ITurnTaker
{
    public string By => "ann";

    public Task EndAsync(string by)
    {
        turn.GiveBack("local", this);
        return Task.CompletedTask;
    }
}
