using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Testing.Security;

/// <summary>Signs JSON web tokens with a key of its own (RS256), and publishes it as issuers do (JWKS, RFC 7517).</summary>
public sealed class TestSigner : IDisposable
{
    const string KeyId = "1";

    readonly RSA key = RSA.Create(2048);

    public string Sign(object claims)
    {
        var header = JsonSerializer.Serialize(new { alg = "RS256", typ = "JWT", kid = KeyId });
        var text = $"{Part(header)}.{Part(JsonSerializer.Serialize(claims))}";
        var signature = key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{text}.{Base64Url.EncodeToString(signature)}";
    }

    public object Keys()
    {
        var parts = key.ExportParameters(includePrivateParameters: false);
        return new
        {
            keys = new[]
            {
                new
                {
                    kty = "RSA",
                    use = "sig",
                    alg = "RS256",
                    kid = KeyId,
                    n = Base64Url.EncodeToString(parts.Modulus),
                    e = Base64Url.EncodeToString(parts.Exponent),
                },
            },
        };
    }

    public void Dispose() => key.Dispose();

    static string Part(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
