using System.Buffers.Text;
using System.Text.Json;

namespace Kafka.Client.Security.OAuth;

/// <summary>A token and how long it is good. What it says of itself is read, not verified: that is the broker's part.</summary>
sealed class BearerToken
{
    BearerToken(string value, DateTimeOffset issued, DateTimeOffset expires, string? subject) =>
        (Value, Issued, Expires, Subject) = (value, issued, expires, subject);

    /// <summary>The secret itself.</summary>
    internal string Value { get; }

    internal DateTimeOffset Issued { get; }

    internal DateTimeOffset Expires { get; }

    /// <summary>Whose it is, where it says so.</summary>
    internal string? Subject { get; }

    /// <summary>Times and subject are read from the token when it is a JWT (RFC 7519).</summary>
    /// <param name="lifetime">As the issuer gave it beside the token; for one that says nothing itself.</param>
    /// <exception cref="SaslException">Neither issuer nor token says when it ends, or it has characters that no token has.</exception>
    internal static BearerToken Read(string value, TimeSpan? lifetime, DateTimeOffset now, string source)
    {
        if (value.Length == 0 || value.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            throw new SaslException($"{source} gave no token: it is empty or has characters that no token has");
        }

        var claims = Claims(value);
        // the token's own word first: it is what brokers go by
        var expires = claims.Expires ?? (lifetime is { } known ? now + known : null);
        return expires is { } end
            ? new BearerToken(value, now, end, claims.Subject)
            : throw new SaslException($"{source} gave a token that does not say when it ends: a JWT with the claim exp is expected");
    }

    static (DateTimeOffset? Expires, string? Subject) Claims(string value)
    {
        try
        {
            // an opaque token, which is legal: only its issuer can read it
            if (value.Split('.') is not [_, var payload, _])
            {
                return default;
            }

            using var document = JsonDocument.Parse(Base64Url.DecodeFromChars(payload));
            var root = document.RootElement;
            // a double: NumericDate may have a fraction (RFC 7519, section 2)
            DateTimeOffset? expires = root.TryGetProperty("exp", out var exp) && exp.TryGetDouble(out var seconds)
                ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
                : null;
            return (expires, root.TryGetProperty("sub", out var sub) && sub.ValueKind == JsonValueKind.String ? sub.GetString() : null);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or ArgumentOutOfRangeException)
        {
            return default;
        }
    }
}
