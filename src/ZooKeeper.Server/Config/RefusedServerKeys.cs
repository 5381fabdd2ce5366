using System.Collections.Frozen;

namespace ZooKeeper.Server;

/// <summary>
/// Keys of zoo.cfg, and of the system properties zookeeper.KEY that Apache makes of them (ZooKeeper 3.9's administrator's guide), that
/// promise what this server does not do: who may connect, what each may do, what is encrypted, what is limited, what makes a majority. To
/// ignore one would be to run an open server for an operator who takes it for a closed one. A value that promises nothing, Apache's own
/// default or "off", is fine.
/// </summary>
static class RefusedServerKeys
{
    const string Encryption = "this server has no TLS: it would talk in plain text";
    const string Authentication = "this server does not have this authentication: it would let everyone in";
    const string Limit = "this server does not have this limit: nothing would enforce it";
    const string Majority = "this server does not support it, and every server of an ensemble has to agree on what makes a majority";

    /// <summary>Groups of keys with why, each with the values that promise nothing; the empty value never does.</summary>
    static readonly (string Why, string Keys)[] groups =
    [
        (Encryption, """
            secureClientPort=0 secureClientPortAddress sslQuorum=false sslQuorumReloadCertFiles=false
            portUnification=false client.portUnification=false client.secure=false client.certReload=false
            admin.portUnification=false admin.forceHttps=false admin.needClientAuth=false
            ssl.clientAuth=none ssl.quorum.clientAuth=none
            ssl.hostnameVerification=true ssl.quorum.hostnameVerification=true
            ssl.clientHostnameVerification=false ssl.quorum.clientHostnameVerification=false
            ssl.crl=false ssl.quorum.crl=false ssl.ocsp=false ssl.quorum.ocsp=false
            """),
        (Authentication, """
            enforce.auth.enabled=false enforce.auth.schemes sessionRequireClientSASLAuth=false requireClientAuthScheme
            requireKerberosConfig=false allowSaslFailedClients=false|true
            quorum.auth.enableSasl=false quorum.auth.serverRequireSasl=false quorum.auth.learnerRequireSasl=false
            quorum.auth.server.saslLoginContext=QuorumServer quorum.auth.learner.saslLoginContext=QuorumLearner
            quorum.auth.kerberos.servicePrincipal=zkquorum/localhost
            kerberos.canonicalizeHostNames=false kerberos.removeHostFromPrincipal=false kerberos.removeRealmFromPrincipal=false
            security.auth_to_local superUser letAnySaslUserDoX
            SASLAuthenticationProvider.superPassword X509AuthenticationProvider.superUser
            sasl.serverconfig=Server sasl.client=true|false ensembleAuthName
            IPAuthenticationProvider.usexforwardedfor=false DigestAuthenticationProvider.digestAlg=SHA1
            """),
        ("this server does not write an audit log, so that it could not be seen who did what", "audit.enable=false audit.impl.class"),
        (Limit, "connection_throttle_tokens=0 request_throttle_max_requests=0 largeRequestThreshold=-1"),
        ("this server would start with an empty tree where its data is gone, and vote with it", "db.autocreate=true"),
        (Majority, "oraclePath multiAddress.enabled=false"),
        ("this server accepts observers at the leader's port only", "observerMasterPort=0"),
    ];

    /// <summary>Whatever else begins so promises the same.</summary>
    static readonly (string Why, string Prefix)[] families =
    [
        (Encryption, "ssl."),
        (Authentication, "authProvider."),
        (Authentication, "quorum.auth."),
        (Authentication, "sasl."),
        (Authentication, "kerberos."),
        (Majority, "group"),
        (Majority, "weight"),
    ];

    /// <summary>Schemes that are built in, here as there: asking for them asks for nothing.</summary>
    static readonly string[] builtIn =
    [
        "org.apache.zookeeper.server.auth.DigestAuthenticationProvider",
        "org.apache.zookeeper.server.auth.IPAuthenticationProvider",
    ];

    /// <summary>What says nothing where its switch is off by the same file.</summary>
    static readonly FrozenDictionary<string, string> switches = new Dictionary<string, string>
    {
        ["enforce.auth.schemes"] = "enforce.auth.enabled",
        ["quorum.auth.server.saslLoginContext"] = "quorum.auth.enableSasl",
        ["quorum.auth.learner.saslLoginContext"] = "quorum.auth.enableSasl",
        ["quorum.auth.kerberos.servicePrincipal"] = "quorum.auth.enableSasl",
        ["audit.impl.class"] = "audit.enable",
    }.ToFrozenDictionary();

    static readonly FrozenDictionary<string, (string Why, string[] Harmless)> all = groups
        .SelectMany(group => group.Keys
            .Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
            .Select(key => (Key: key.Split('=', 2), group.Why)))
        .ToFrozenDictionary(each => each.Key[0], each => (each.Why, each.Key.Length == 2 ? each.Key[1].Split('|') : []));

    public static bool Contains(string key) => Find(Short(key)) is not null;

    /// <summary>Why a file with this line is refused, and what to do; null when the value promises nothing.</summary>
    /// <param name="valueOf">Another line's value; null when the file has none.</param>
    public static string? Why(string key, string value, Func<string, string?> valueOf)
    {
        var plain = Short(key);
        if (Find(plain) is not { } refused || value.Length == 0 || refused.Harmless.Contains(value, StringComparer.OrdinalIgnoreCase)
            || (plain.StartsWith("authProvider.", StringComparison.Ordinal) && builtIn.Contains(value))
            || (switches.TryGetValue(plain, out var by) && "false".Equals(valueOf(by), StringComparison.OrdinalIgnoreCase)))
        {
            return null;
        }

        return $"{refused.Why}. Remove the line if that is meant, or run Apache ZooKeeper";
    }

    static (string Why, string[] Harmless)? Find(string key) =>
        all.TryGetValue(key, out var refused) ? refused
        : families.FirstOrDefault(family => key.StartsWith(family.Prefix, StringComparison.Ordinal)) is { Why: { } why } ? (why, [])
        : null;

    /// <summary>Apache puts zookeeper. before a key itself; who wrote it into the file means the same promise.</summary>
    static string Short(string key) => key.StartsWith("zookeeper.", StringComparison.Ordinal) ? key["zookeeper.".Length..] : key;
}
