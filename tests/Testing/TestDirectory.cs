using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Testing.Security;
using Xunit.Sdk;

namespace Testing;

/// <summary>
/// Debian's slapd as a process of its own, in a directory of its own, over TLS alone or with StartTLS: the people anna and bob,
/// and the group kafka-admins with anna in it. The running test is skipped where it is not installed.
/// </summary>
public sealed class TestDirectory : IAsyncDisposable
{
    public const string Base = "dc=example,dc=org";
    public const string Reader = "cn=reader," + Base;
    public const string ReaderPassword = "reader-secret";
    public const string AnnasPassword = "annas (password)*";

    const string Schemas = "/etc/ldap/schema";
    const string Modules = "/usr/lib/ldap";

    readonly TempDirectory directory;
    readonly Process process;

    TestDirectory(TestAuthority authority, Process started, TempDirectory at, string url)
    {
        (directory, process) = (at, started);
        // not by the name localhost, for which OpenLDAP checks the machine's own
        Url = url;
        Ca = authority.WritePem(at["ca.pem"]);
    }

    public string Url { get; }

    /// <summary>A PEM file of its certificate's authority.</summary>
    public string Ca { get; }

    /// <param name="startsTls">It listens without TLS, and takes passwords only once that was begun.</param>
    public static async Task<TestDirectory> StartAsync(TestAuthority authority, bool startsTls = false)
    {
        var (slapd, slapadd) = (Find("slapd"), Find("slapadd"));
        var at = new TempDirectory();
        using var certificate = authority.Server("slapd");
        await File.WriteAllTextAsync(at["chain.pem"], certificate.ChainPem);
        await File.WriteAllTextAsync(at["key.pem"], certificate.KeyPem);
        Directory.CreateDirectory(at["db"]);
        await File.WriteAllTextAsync(at["slapd.conf"], Configuration(at));
        await File.WriteAllTextAsync(at["people.ldif"], People);
        var added = await External.RunAsync(slapadd, ["-f", at["slapd.conf"], "-l", at["people.ldif"]]);
        if (added.ExitCode != 0)
        {
            throw new XunitException($"slapadd: {added}");
        }

        var port = FreePorts.Take(1)[0];
        var url = $"{(startsTls ? "ldap" : "ldaps")}://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}";
        var started = Process.Start(new ProcessStartInfo(
            slapd, ["-f", at["slapd.conf"], "-h", url, "-d", "0"]))!;
        var running = new TestDirectory(authority, started, at, url);
        await Eventually.TrueAsync(() => AnswersAsync(port), "slapd listens");
        return running;
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        directory.Dispose();
    }

    static async Task<bool> AnswersAsync(int port)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port);
        return true;
    }

    static string Find(string program) =>
        External.FindProgram(program) ?? (File.Exists($"/usr/sbin/{program}") ? $"/usr/sbin/{program}" : External.RequireProgram(program));

    static string Configuration(TempDirectory at) =>
        $"""
        include {Schemas}/core.schema
        include {Schemas}/cosine.schema
        include {Schemas}/inetorgperson.schema
        modulepath {Modules}
        moduleload back_mdb
        pidfile {at["slapd.pid"]}
        TLSCACertificateFile {at["chain.pem"]}
        TLSCertificateFile {at["chain.pem"]}
        TLSCertificateKeyFile {at["key.pem"]}
        disallow bind_anon
        security simple_bind=128
        database mdb
        suffix "{Base}"
        directory {at["db"]}
        access to attrs=userPassword by anonymous auth by * none
        access to * by users read by * none
        """;

    static string People =>
        $"""
        dn: {Base}
        objectClass: dcObject
        objectClass: organization
        o: Example
        dc: example

        dn: {Reader}
        objectClass: organizationalRole
        objectClass: simpleSecurityObject
        cn: reader
        userPassword: {ReaderPassword}

        dn: ou=people,{Base}
        objectClass: organizationalUnit
        ou: people

        dn: uid=anna,ou=people,{Base}
        objectClass: inetOrgPerson
        uid: anna
        cn: Anna
        sn: Example
        userPassword: {AnnasPassword}

        dn: uid=bob,ou=people,{Base}
        objectClass: inetOrgPerson
        uid: bob
        cn: Bob
        sn: Example
        userPassword: bobs-password

        dn: cn=kafka-admins,{Base}
        objectClass: groupOfNames
        cn: kafka-admins
        member: uid=anna,ou=people,{Base}

        """;
}
