using Wire.Security;

namespace Dashboard.Messages.Producing;

/// <summary>
/// From Java's stores of certificates to what librdkafka has for them: files in PEM as they are, PKCS#12 for the own certificate alone. Of
/// authorities in PKCS#12 it gets the PEM.
/// </summary>
static class ProducerStores
{
    static readonly string[] keys =
    [
        "ssl.truststore.location", "ssl.truststore.password", "ssl.truststore.certificates", "ssl.truststore.type",
        "ssl.keystore.location", "ssl.keystore.password", "ssl.keystore.key", "ssl.keystore.certificate.chain", "ssl.keystore.type",
        "ssl.key.password",
    ];

    /// <summary>What these name and hold is read by <see cref="Of"/>.</summary>
    public static bool IsOne(string key) => keys.Contains(key);

    /// <returns>By librdkafka's names.</returns>
    /// <exception cref="TlsException">A file cannot be used.</exception>
    public static IEnumerable<(string Key, string? Value)> Of(IReadOnlyDictionary<string, string> properties) =>
        [.. Trusted(properties), .. Own(properties)];

    static IEnumerable<(string Key, string? Value)> Trusted(IReadOnlyDictionary<string, string> properties)
    {
        if (properties.GetValueOrDefault("ssl.truststore.certificates") is { } pem)
        {
            return [("ssl.ca.pem", pem)];
        }

        if (properties.GetValueOrDefault("ssl.truststore.location") is not { } path)
        {
            return [];
        }

        var store = new KeyMaterial("ssl.truststore.location", path, null, properties.GetValueOrDefault("ssl.truststore.password"));
        return store.IsPkcs12() ? [("ssl.ca.pem", store.TrustedPem())] : [("ssl.ca.location", path)];
    }

    static IEnumerable<(string Key, string? Value)> Own(IReadOnlyDictionary<string, string> properties)
    {
        var (ofKey, ofStore) = (properties.GetValueOrDefault("ssl.key.password"), properties.GetValueOrDefault("ssl.keystore.password"));
        if (properties.GetValueOrDefault("ssl.keystore.key") is { } key)
        {
            var chain = properties.GetValueOrDefault("ssl.keystore.certificate.chain");
            return [("ssl.key.pem", key), ("ssl.certificate.pem", chain), ("ssl.key.password", ofKey)];
        }

        if (properties.GetValueOrDefault("ssl.keystore.location") is not { } path)
        {
            return [];
        }

        // key and certificates of a PEM store stand in one file, and each of the two settings reads its own of it
        return new KeyMaterial("ssl.keystore.location", path, null, null).IsPkcs12()
            ? [("ssl.keystore.location", path), ("ssl.keystore.password", ofStore ?? ofKey)]
            : [("ssl.certificate.location", path), ("ssl.key.location", path), ("ssl.key.password", ofKey ?? ofStore)];
    }
}
