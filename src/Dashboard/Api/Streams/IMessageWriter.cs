using Dashboard.Messages.Scanning;

namespace Dashboard.Api.Streams;

/// <summary>Writes records as they are found, holding none of them.</summary>
interface IMessageWriter : IAsyncDisposable
{
    ValueTask WriteAsync(FoundRecord found, CancellationToken cancellationToken);

    /// <summary>What is written so far goes to the reader: more may be long in coming.</summary>
    ValueTask FlushAsync(CancellationToken cancellationToken);

    /// <summary>Says what was looked at, in the file's own way.</summary>
    /// <param name="failure">Why it ended before its time; null when it did not.</param>
    /// <returns>False: that it is not whole is for the connection to say, which is broken off.</returns>
    ValueTask<bool> EndAsync(ScanProgress progress, string? failure, CancellationToken cancellationToken);
}
