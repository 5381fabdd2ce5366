using System.Collections.Immutable;
using System.Text.Json;
using Wire.Files;

namespace Dashboard.Security.Identity;

/// <summary>
/// <c>sign-in.json</c>: accounts, tokens and open sessions, readable for the owner alone; of passwords, tokens and sessions only hashes.
/// Written whole to a file beside it that then takes its place: when that fails, all is as it was, also in memory, and the exception names
/// the file. A file that cannot be read is never written over: the program does not start with it.
/// </summary>
sealed class IdentityStore
{
    const int Version = 1;

    readonly Lock gate = new();
    readonly string path;
    volatile IdentityState current;

    /// <exception cref="InvalidDataException">The file is there and cannot be read; names it and the way out.</exception>
    public IdentityStore(string directory)
    {
        path = Path.Combine(directory, "sign-in.json");
        current = Load();
    }

    public IdentityState Current => current;

    /// <summary>Raised after each change, on no particular thread.</summary>
    public event Action? Changed;

    /// <summary>Changes are one after the other; each is on disk when this returns.</summary>
    /// <param name="change">Of what is, what shall be; the same: nothing is written. May throw, and then nothing changes.</param>
    /// <param name="dryRun">It is asked whether that can be, and nothing is changed.</param>
    /// <exception cref="IOException">It cannot be written; nothing was changed.</exception>
    public void Change(Func<IdentityState, IdentityState> change, bool dryRun = false)
    {
        lock (gate)
        {
            var changed = change(current);
            if (dryRun || ReferenceEquals(changed, current))
            {
                return;
            }

            // before it holds: what could not be written would be gone at the next start
            Save(changed);
            current = changed;
        }

        Changed?.Invoke();
    }

    void Save(IdentityState state)
    {
        var stored = new StoredIdentities(
            Version,
            [.. state.Accounts.Values.OrderBy(account => account.Name, StringComparer.Ordinal)],
            [.. state.Tokens.Values.OrderBy(token => token.Made)],
            [.. state.Sessions.Values.OrderBy(session => session.Made)]);
        try
        {
            Disk.Private.WriteWhole(path, JsonSerializer.SerializeToUtf8Bytes(stored, StoredIdentitiesJson.Default.StoredIdentities));
        }
        catch (IOException e)
        {
            throw new IOException($"{path} cannot be written, and nothing was changed: {e.Message}", e);
        }
    }

    IdentityState Load()
    {
        if (!File.Exists(path))
        {
            return IdentityState.Empty;
        }

        try
        {
            var stored = JsonSerializer.Deserialize(File.ReadAllBytes(path), StoredIdentitiesJson.Default.StoredIdentities);
            if (stored is not { Version: Version, Accounts: { } accounts, Tokens: { } tokens, Sessions: { } sessions })
            {
                throw new JsonException($"it has no accounts, tokens and sessions in version {Version} of its form");
            }

            return new(
                IdentityState.Empty.Accounts.AddRange(accounts.Select(account => KeyValuePair.Create(account.Name, account))),
                IdentityState.Empty.Tokens.AddRange(tokens.Select(token => KeyValuePair.Create(token.Id, token))),
                IdentityState.Empty.Sessions.AddRange(sessions.Select(session => KeyValuePair.Create(session.Id, session))));
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            // a parser's message may quote what it read
            var why = e is JsonException { LineNumber: { } line } ? $"no JSON at line {line + 1}" : e.Message;
            throw new InvalidDataException(
                $"{path} cannot be read: {why}. Mend it, or put it away, which ends all sessions, accounts and tokens; then start again.",
                e);
        }
    }
}
