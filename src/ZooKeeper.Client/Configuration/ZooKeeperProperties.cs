using System.Globalization;
using System.Net.Security;
using System.Security.Authentication;
using System.Text;
using Wire;
using Wire.Security;

namespace ZooKeeper.Client.Configuration;

/// <summary>
/// A ZooKeeper client's settings as Java's client has them (ZooKeeper Administrator's Guide, "Client Configuration"; ZKClientConfig), and
/// as a Kafka broker names them in server.properties: the two differ in upper and lower case only. "digest=user:password", which Java's
/// client takes by program alone, and "zookeeper.connect" are understood beside them.
/// </summary>
public static class ZooKeeperProperties
{
    /// <summary>Settings of Java's client that have nothing to do here.</summary>
    static readonly HashSet<string> withoutEffect = new(StringComparer.OrdinalIgnoreCase)
    {
        "zookeeper.clientCnxnSocket", "zookeeper.disableAutoWatchReset", "zookeeper.sasl.client.username",
        "zookeeper.sasl.client.canonicalize.hostname", "zookeeper.server.realm",
        "zookeeper.set.acl", "zookeeper.max.in.flight.requests", "zookeeper.ssl.handshakeDetectionTimeoutMillis",
        "zookeeper.client.tcpKeepAlive", "zookeeper.kinit", "zookeeper.shuffle.enabled",
    };

    static readonly CodedText noCrl = CodedText.Of("ZkCrl", $"revocation lists are not read here");
    static readonly CodedText noOcsp = CodedText.Of("ZkOcsp", $"OCSP is not asked here");
    static readonly CodedText noClass =
        CodedText.Of("ZkClass", $"a Java class cannot be run here; name the stores with zookeeper.ssl.*");

    /// <summary>What would promise safety, and is not built.</summary>
    static readonly Dictionary<string, CodedText> refused = new(StringComparer.OrdinalIgnoreCase)
    {
        ["zookeeper.ssl.crl"] = noCrl,
        ["zookeeper.ssl.crl.enable"] = noCrl,
        ["zookeeper.ssl.ocsp"] = noOcsp,
        ["zookeeper.ssl.ocsp.enable"] = noOcsp,
        ["zookeeper.ssl.context.supplier.class"] = noClass,
        ["zookeeper.ssl.client.context"] = noClass,
        ["zookeeper.fips-mode"] = CodedText.Of("ZkFips", $"it is the operating system's here"),
    };

    /// <summary>Reads a properties file.</summary>
    /// <exception cref="ZooKeeperPropertiesException">It cannot be read, or a value cannot be taken; names file, line and key.</exception>
    public static ZooKeeperConfiguration ReadFile(string path)
    {
        try
        {
            var lines = Properties.Parse(Properties.ReadLines(path));
            return Read(lines.Select(line => (line.Key, line.Trimmed, $"{path}:{line.Line}: ")));
        }
        catch (PropertiesException e)
        {
            throw new ZooKeeperPropertiesException(null, CodedText.Of("AtLine", $"{path}:{e.Line}: {e.Told}"), e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ZooKeeperPropertiesException(null, CodedText.Of("FileUnread", $"{path} cannot be read: {e.Message}"), e);
        }
    }

    /// <exception cref="ZooKeeperPropertiesException">A value cannot be taken; names the key.</exception>
    public static ZooKeeperConfiguration Read(IEnumerable<KeyValuePair<string, string>> properties) =>
        Read(properties.Select(p => (p.Key, p.Value.Trim(), "")));

    static ZooKeeperConfiguration Read(IEnumerable<(string Key, string Value, string Where)> properties)
    {
        var given = new Dictionary<string, Setting>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value, where) in properties)
        {
            // as with Java, the last of a key counts
            given[key] = new Setting(key, value, where);
        }

        var reader = new Reader(given);
        var security = new ZooKeeperSecurity
        {
            Tls = reader.IsOn(false, "zookeeper.client.secure", "zookeeper.ssl.client.enable") ? Tls(reader) : null,
            Sasl = Sasl(reader),
            Identities = reader.Take("digest") is { } digest ? [Digest(digest)] : [],
        };
        reader.ForgetAll("zookeeper.ssl.");
        var connect = reader.Take("zookeeper.connect")?.Value;
        var timeout = reader.Milliseconds("zookeeper.request.timeout");
        var admin = reader.Take("zookeeper.admin.serverPort") is { } port ? AdminPort(port) : (int?)null;
        var session = reader.Milliseconds("zookeeper.session.timeout.ms") ?? reader.Milliseconds("zookeeper.session.timeout");
        return new ZooKeeperConfiguration(security, connect, reader.Left(withoutEffect, refused))
        {
            RequestTimeout = timeout,
            SessionTimeout = session,
            AdminPort = admin,
        };
    }

    static TlsClient Tls(Reader reader)
    {
        const string verify = "zookeeper.ssl.hostnameVerification", algorithm = "zookeeper.ssl.endpoint.identification.algorithm";
        var settings = new TlsSettings
        {
            Trusted = Store(reader, "trustStore"),
            Own = Store(reader, "keyStore"),
            // the second is a Kafka broker's name for it, with HTTPS for true and nothing for false
            VerifyHostName = reader.IsOn(!reader.IsBlank(algorithm), verify, algorithm),
            VerifyHostNameSetting = $"{verify}=false",
            Protocols = Protocols(
                reader.Take("zookeeper.ssl.enabledProtocols", "zookeeper.ssl.protocol", "zookeeper.ssl.enabled.protocols")),
            CipherSuites = Suites(reader.Take("zookeeper.ssl.ciphersuites", "zookeeper.ssl.cipher.suites")),
        };
        var client = new TlsClient(settings);
        try
        {
            client.Check();
            return client;
        }
        catch (TlsException e)
        {
            throw new ZooKeeperPropertiesException(e.Setting, e.Told, e);
        }
    }

    static KeyMaterial? Store(Reader reader, string store)
    {
        var location = reader.Take($"zookeeper.ssl.{store}.location");
        var password = reader.Take($"zookeeper.ssl.{store}.password")?.Value;
        if (reader.Take($"zookeeper.ssl.{store}.passwordPath") is { } file)
        {
            password = reader.Content(file);
        }

        return location is null ? null : new KeyMaterial(location.Key, location.Value, null, password is { Length: > 0 } ? password : null);
    }

    static SslProtocols Protocols(Setting? setting)
    {
        var all = SslProtocols.None;
        foreach (var name in setting?.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            all |= name switch
            {
                "TLSv1.2" => SslProtocols.Tls12,
                "TLSv1.3" => SslProtocols.Tls13,
                // Java's "TLS" is "what there is", which is what None means here
                "TLS" => SslProtocols.None,
                _ => throw setting!.Wrong(CodedText.Of("PropNeither", $"'{name}' is neither {"TLSv1.2"} nor {"TLSv1.3"}")),
            };
        }

        return all;
    }

    static TlsCipherSuite[]? Suites(Setting? setting) =>
        setting?.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(name => CipherSuiteNames.Parse(name)
                ?? throw setting.Wrong(CodedText.Of("ZkSuite", $"there is no cipher suite '{name}'")))
            .ToArray();

    static int AdminPort(Setting setting) =>
        int.TryParse(setting.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= 65535
            ? port
            : throw setting.Wrong(CodedText.Of("ZkAdminPort", $"a port is expected, or 0 for no AdminServer"));

    static AuthIdentity Digest(Setting setting) => setting.Value.IndexOf(':') > 0
        ? new AuthIdentity("digest", Encoding.UTF8.GetBytes(setting.Value))
        : throw setting.Wrong(CodedText.Of("ZkDigest", $"user:password is expected"));

    /// <summary>The section of Java's JAAS file, or one entry as text in the setting that Kafka's clients have for it.</summary>
    static DigestLogin? Sasl(Reader reader)
    {
        var section = reader.Take("zookeeper.sasl.clientconfig")?.Value ?? "Client";
        var (file, text) = (reader.Take("java.security.auth.login.config"), reader.Take("sasl.jaas.config"));
        if ((file ?? text) is not { } setting || !reader.IsOn(true, "zookeeper.sasl.client"))
        {
            return null;
        }

        JaasEntry entry;
        try
        {
            entry = (file is null ? JaasEntry.Parse(setting.Value) : JaasEntry.Parse(reader.Content(file), section))
                ?? throw setting.Wrong(CodedText.Of(
                    "ZkSection", $"it has no section {section}; zookeeper.sasl.clientconfig names another"));
        }
        catch (CodedFormatException e) when (e is not ZooKeeperPropertiesException)
        {
            throw setting.Wrong(e.Told);
        }

        return entry.ModuleName != "DigestLoginModule"
            ? throw setting.Wrong(CodedText.Of(
                "ZkModule", $"{entry.ModuleName} cannot be used here; use org.apache.zookeeper.server.auth.DigestLoginModule"))
            : entry.Options.TryGetValue("username", out var user) && entry.Options.TryGetValue("password", out var password)
                ? new DigestLogin(user, password)
            : throw setting.Wrong(CodedText.Of("ZkLogin", $"DigestLoginModule needs username and password"));
    }

    /// <summary>One setting and where it is, for messages.</summary>
    internal sealed record Setting(string Key, string Value, string Where)
    {
        /// <summary>Never repeats the value, which may be secret.</summary>
        internal ZooKeeperPropertiesException Wrong(CodedText why) => new(Key, CodedText.Of("PropWrong", $"{$"{Where}{Key}"}: {why}."));
    }

    /// <summary>Takes settings one by one; what is left at the end was not understood.</summary>
    sealed class Reader(Dictionary<string, Setting> left)
    {
        internal Setting? Take(params ReadOnlySpan<string> names)
        {
            Setting? found = null;
            foreach (var name in names)
            {
                // all names are taken off, though the first one counts: none of them is unknown
                if (left.Remove(name, out var setting))
                {
                    found ??= setting;
                }
            }

            return found is { Value.Length: > 0 } ? found : null;
        }

        /// <summary>It is there, and nothing is set; <see cref="Take"/> treats it as one that is left out.</summary>
        internal bool IsBlank(string name) => left.TryGetValue(name, out var setting) && setting.Value.Length == 0;

        internal bool IsOn(bool byDefault, params ReadOnlySpan<string> names) => Take(names) is not { } setting
            ? byDefault
            : setting.Value.ToUpperInvariant() switch
            {
                "TRUE" or "HTTPS" => true,
                "FALSE" or "NONE" => false,
                _ => throw setting.Wrong(CodedText.Of("ZkFlag", $"true or false is expected")),
            };

        internal TimeSpan? Milliseconds(string name) => Take(name) is not { } setting
            ? null
            : int.TryParse(setting.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds > 0
                ? TimeSpan.FromMilliseconds(milliseconds)
                : throw setting.Wrong(CodedText.Of("ZkMilliseconds", $"a number of milliseconds is expected"));

        internal string Content(Setting file)
        {
            try
            {
                return File.ReadAllText(file.Value).Trim();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw file.Wrong(CodedText.Of("ZkFile", $"the file cannot be read: {e.Message.TrimEnd('.')}"));
            }
        }

        /// <summary>Without TLS its settings have nothing to do.</summary>
        internal void ForgetAll(string prefix)
        {
            foreach (var key in left.Keys.Where(key =>
                key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && !refused.ContainsKey(key)).ToList())
            {
                left.Remove(key);
            }
        }

        /// <summary>Refuses what would promise safety; warns of the rest.</summary>
        internal List<CodedText> Left(HashSet<string> withoutEffect, Dictionary<string, CodedText> refused)
        {
            foreach (var setting in left.Values)
            {
                // off is what is done here, and no reason to refuse
                if (refused.TryGetValue(setting.Key, out var why) && setting.Value is not ("false" or ""))
                {
                    throw setting.Wrong(why);
                }
            }

            return
            [
                .. left.Values.Where(s => !withoutEffect.Contains(s.Key) && !refused.ContainsKey(s.Key))
                    .Select(s => CodedText.Of(
                        "PropWarned", $"{$"{s.Where}{s.Key}"} {CodedText.Of("ZkUnknown", $"is not known and has no effect")}.")),
            ];
        }
    }
}
