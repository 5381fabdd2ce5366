namespace Dashboard.Nodes;

/// <summary>
/// Puts other nodes in the place of those that are hosted: Apache's in that of Castellan's own, or back. Each engine and mode has a data
/// directory of its own, and none is deleted. One exchange at a time.
/// </summary>
public interface IEngineExchange
{
    /// <summary>What is hosted now.</summary>
    EngineChoice Now { get; }

    /// <summary>Where the nodes of now have their data.</summary>
    string Directory { get; }

    /// <summary>Why nothing can be chosen here (the command line has chosen), in one sentence; null: it can.</summary>
    string? ChosenElsewhere { get; }

    /// <summary>Null while there was none.</summary>
    EngineExchange? Exchange { get; }

    /// <summary>Raised at each step; from any thread, must not block.</summary>
    event Action? ExchangeChanged;

    /// <summary>Awaited when the other nodes have their addresses, before they start.</summary>
    event Func<Task>? Opened;

    /// <summary>Looks at directories and asks Java for its version: not for a thread that must not wait.</summary>
    EnginePlan Plan(EngineChoice choice);

    /// <summary>Begins, and goes on without the caller. The choice is kept with the data, and holds at the next start.</summary>
    /// <returns>Of the exchange: null when the others are being started, else why those that were there are there again.</returns>
    /// <exception cref="NodeActionException">It cannot be: says why.</exception>
    Task<Task<string?>> ExchangeAsync(EngineChoice choice, string user, CancellationToken cancellationToken);
}
