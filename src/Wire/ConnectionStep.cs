namespace Wire;

/// <summary>One step of opening a connection, as a test of the connection reports it.</summary>
/// <param name="Step">"resolve", "connect", "tls", "authenticate", …; of an ensemble with "zookeeper." in front.</param>
/// <param name="Took">How long it took; zero for a step that was not needed.</param>
/// <param name="Told">What came of it, or why it failed and what to do. Never a secret.</param>
public sealed record ConnectionStep(string Step, bool Ok, TimeSpan Took, CodedText Told)
{
    /// <summary>In English.</summary>
    public string Detail => Told.English;
}
