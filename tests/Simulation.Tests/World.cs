namespace Simulation.Tests;

/// <summary>
/// A clock and what is to happen, in order of time; the same seed makes the same world. Nothing in it waits: time jumps from event
/// to event.
/// </summary>
sealed class World(int seed)
{
    readonly PriorityQueue<Action, (TimeSpan At, long Order)> events = new();
    long order;

    public int Seed { get; } = seed;

    public Random Random { get; } = new(seed);

    public TimeSpan Now { get; private set; }

    public long Events { get; private set; }

    /// <summary>What happened, for a replayed seed. Null: not kept.</summary>
    public Action<string>? Trace { get; set; }

    /// <summary>A number that two runs of the same seed share, and hardly any other two.</summary>
    public int Fingerprint { get; private set; }

    public void At(TimeSpan when, Action action) => events.Enqueue(action, (when < Now ? Now : when, order++));

    public void After(double milliseconds, Action action) => At(Now + TimeSpan.FromMilliseconds(milliseconds), action);

    /// <summary>After a time between two limits in ms, mostly near the lower one.</summary>
    public void Soon(double from, double to, Action action) => After(from + (to - from) * Math.Pow(Random.NextDouble(), 3), action);

    public bool Chance(double probability) => Random.NextDouble() < probability;

    public void Run(TimeSpan until)
    {
        while (events.TryPeek(out _, out var next) && next.At <= until)
        {
            var action = events.Dequeue();
            Now = next.At;
            Events++;
            action();
        }

        Now = until;
    }

    /// <summary>How often a note had a word as its second one: the first is who it is about.</summary>
    public Dictionary<string, int> Notes { get; } = [];

    public void Note(string text)
    {
        var word = text.Split(' ', 3) is [_, var second, ..] ? second.TrimEnd(',') : text;
        Notes[word] = Notes.GetValueOrDefault(word) + 1;
        Fingerprint = HashCode.Combine(Fingerprint, Now.Ticks, text.Length);
        Trace?.Invoke($"{Now.TotalMilliseconds,10:0.000} {text}");
    }
}
