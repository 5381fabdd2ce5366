namespace Kafka.Client.Security.OAuth;

/// <summary>A file with a token, which something else renews: a Kubernetes service account, an agent. Read again with each need.</summary>
public sealed class TokenFile(string path, TimeProvider? time = null) : TokenSource
{
    /// <summary>Bytes; far more than a token has.</summary>
    const int MaxLength = 64 << 10;

    public override string Description => $"the file {path}";

    internal override async Task<BearerToken> FetchAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (new FileInfo(path).Length > MaxLength)
            {
                throw new SaslException($"{Description} is too long for a token");
            }

            var text = await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false);
            // trimmed: editors and echo end a file with a line break
            return BearerToken.Read(text.Trim(), lifetime: null, (time ?? TimeProvider.System).GetUtcNow(), Description);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SaslException($"{Description} cannot be read: {e.Message}", e);
        }
    }
}
