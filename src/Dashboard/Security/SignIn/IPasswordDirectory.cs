namespace Dashboard.Security.SignIn;

/// <summary>A directory elsewhere that knows people by name and password.</summary>
interface IPasswordDirectory
{
    /// <returns>Null: name and password do not match, or there is no such name.</returns>
    /// <exception cref="DirectoryException">It could not be asked.</exception>
    Task<DirectoryPerson?> FindAsync(string name, string password, CancellationToken cancellationToken);
}

/// <param name="Groups">As rules call them.</param>
sealed record DirectoryPerson(string Name, IReadOnlyList<string> Groups);

/// <summary>The directory did not answer, or not as one; the message is for the log.</summary>
sealed class DirectoryException(string message, Exception? inner = null) : Exception(message, inner);
