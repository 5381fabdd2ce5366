using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Dashboard.Addresses;
using Dashboard.Security.Identity;
using Wire;

namespace Dashboard.Security.SignIn;

/// <summary>
/// The link by which the first administrator sets a password: printed at a start without any account, good once and for an hour. Who
/// reads the console owns the server; no other user can be the first by being fast.
/// </summary>
sealed class FirstPassword(LocalAccounts accounts, TimeProvider time)
{
    const int CodeBytes = 32;
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    readonly string code = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(CodeBytes));
    readonly DateTimeOffset made = time.GetUtcNow();

    /// <summary>What to open; null once there is an account.</summary>
    /// <param name="server">An address of this server.</param>
    public Uri? Link(Uri server) => IsOpen ? new Uri($"{server.ToString().TrimEnd('/')}/{SignInAddress.First}?code={code}") : null;

    public bool IsRight(string? given) =>
        IsOpen && given is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(code));

    /// <exception cref="IdentityException">The code is not right or not any longer, or the password cannot be taken.</exception>
    public void Set(string? given, string password)
    {
        if (!IsRight(given))
        {
            throw new IdentityException(IdentityFault.Forbidden, CodedText.Of("FirstLinkOver", $"The link is not good any longer."));
        }

        accounts.SetFirst(password);
    }

    bool IsOpen => accounts.All.Count == 0 && time.GetUtcNow() < made + Lifetime;
}
