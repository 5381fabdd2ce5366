using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Wire;

namespace Dashboard.Security.Identity;

/// <summary>
/// Passwords as they are kept: PBKDF2 with HMAC-SHA512, a salt each, parameters beside, by the framework's own hasher. Argon2id would be
/// harder to guess on graphics cards, but there it is a package in managed code: some 20 MB a try in a process whose whole memory is 150,
/// and slower by so much that at one cost to us PBKDF2 in OpenSSL is as dear to a thief. At most <see cref="AtOnce"/> tries are worked at.
/// </summary>
sealed class Passwords : IDisposable
{
    public const int Shortest = 12;
    public const int Longest = 256;

    /// <summary>Twelve of one letter are the first that is tried.</summary>
    const int Fewest = 5;

    /// <summary>What OWASP's Password Storage Cheat Sheet asks for with SHA-512.</summary>
    const int Iterations = 220_000;

    const int AtOnce = 2;

    readonly PasswordHasher<LocalAccount> hasher =
        new(Options.Create(new PasswordHasherOptions { IterationCount = Iterations }));

    readonly SemaphoreSlim turn = new(AtOnce);
    readonly Lazy<string> decoy;

    public Passwords() => decoy = new(() => hasher.HashPassword(null!, Guid.NewGuid().ToString()));

    /// <summary>Why it cannot be taken, or null. Length makes one good; rules of signs only make it forgotten (NIST SP 800-63B).</summary>
    public static CodedText? Problem(string? password) => password?.Length switch
    {
        null or < Shortest => CodedText.Of("PasswordShort", $"A password has at least {Shortest} characters."),
        <= Longest when password.Distinct().Count() < Fewest =>
            CodedText.Of("PasswordSame", $"A password has at least {Fewest} different characters."),
        > Longest => CodedText.Of("PasswordLong", $"A password has at most {Longest} characters."),
        _ => null,
    };

    /// <exception cref="IdentityException">It is too short or too long.</exception>
    public string Hash(string password) =>
        Problem(password) is { } problem
            ? throw new IdentityException(IdentityFault.Invalid, problem)
            : hasher.HashPassword(null!, password);

    /// <summary>Takes as long where there is no account, so that the time does not tell which names there are.</summary>
    public async Task<bool> IsRightAsync(LocalAccount? account, string password, CancellationToken cancellationToken)
    {
        // none that long was ever set, and hashing takes time with its length
        if (password.Length > Longest)
        {
            return false;
        }

        // a hash takes a tenth of a second of a core: guessing must not take all of them
        await turn.WaitAsync(cancellationToken);
        try
        {
            var kept = account?.Password ?? decoy.Value;
            var verified = await Task.Run(() => hasher.VerifyHashedPassword(null!, kept, password), cancellationToken);
            return verified != PasswordVerificationResult.Failed && account?.Password is not null;
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();
}
