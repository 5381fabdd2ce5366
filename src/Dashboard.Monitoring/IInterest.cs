namespace Dashboard.Monitoring;

/// <summary>
/// What people look at right now. It is read more often than the rest, within a budget; without readers nothing is read more often.
/// </summary>
public interface IInterest
{
    /// <summary>A page opens. Safe from any thread.</summary>
    ILook Look();
}

/// <summary>One reader's eyes: a page that is open. Disposed when it closes.</summary>
public interface ILook : IDisposable
{
    /// <summary>The consumer groups on the screen, in place of those before. Of very many the first count.</summary>
    void At(IEnumerable<string> groups);
}
