using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Dashboard.Security.Identity;
using Dashboard.Security.SignIn;
using Microsoft.Extensions.Time.Testing;
using Testing;
using Testing.Security;

namespace Dashboard.Tests.Identity;

/// <summary>Other addresses, TLS and a reverse proxy in front, once one has to sign in.</summary>
public sealed class ServingTests
{
    [Fact]
    public async Task Mounted_below_a_path_a_program_is_told_where_it_signs_in_there()
    {
        await using var dashboard = new RunningDashboard
        {
            Arguments = ["--urls", "http://127.0.0.1:0", "--no-local", "--sign-in", "local", "--base-path", "/tools/kafka"],
        };
        await dashboard.InitializeAsync();
        using var http = new HttpClient();
        using var answer = await http.GetAsync(
            $"{dashboard.Address.GetLeftPart(UriPartial.Authority)}/tools/kafka/api/clusters", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        var told = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("page /tools/kafka/settings/accounts makes, or sign in at /tools/kafka/sign-in.", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_are_served_over_TLS_by_the_names_that_were_given_and_a_renewed_certificate_is_used()
    {
        using var root = new TestAuthority();
        using var authority = root.Below();
        using var files = new TempDirectory();
        using var first = Write(authority, files, "first");
        await using var dashboard = new RunningDashboard
        {
            Arguments = ["--urls", "https://0.0.0.0:0", "--no-local", "--sign-in", "local"],
            Environment = new Dictionary<string, string>
            {
                ["CASTELLAN_SIGNIN__CERTIFICATE"] = files["chain.pem"],
                ["CASTELLAN_SIGNIN__CERTIFICATEKEY"] = files["key.pem"],
                ["CASTELLAN_SIGNIN__HOSTS"] = "castellan.example.org",
            },
        };
        await dashboard.InitializeAsync();
        var near = new Uri($"https://127.0.0.1:{dashboard.Address.Port}");
        var (shown, isTrusted) = ("", false);
        Assert.Equal(HttpStatusCode.OK, (await LookAsync()).Status);
        Assert.Equal("CN=first", shown);
        Assert.True(isTrusted, "a browser that knows the authority trusts the certificate");
        Assert.Equal(HttpStatusCode.OK, (await LookAsync("castellan.example.org")).Status);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, (await LookAsync("castle.example")).Status);

        var link = new Uri(dashboard.Output.Single(line => line.StartsWith("Set the admin", StringComparison.Ordinal)).Split(' ')[^1]);
        using var visitor = new Visitor(near, (_, _, _, _) => true);
        await visitor.FillInAsync(link.PathAndQuery, ("password", GuardedDashboard.Password), ("again", GuardedDashboard.Password));
        var cookie = Assert.Single(visitor.SetCookies, set => set.StartsWith("__Host-castellan=", StringComparison.Ordinal));
        Assert.Contains("secure", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/api/clusters")).Status);

        using var second = Write(authority, files, "second");
        await Eventually.TrueAsync(
            async () =>
            {
                await LookAsync();
                return shown == "CN=second";
            },
            "the renewed certificate is shown");

        async Task<Answer> LookAsync(string? host = null)
        {
            using var browser = new Visitor(near, (_, certificate, chain, _) =>
            {
                // built once more, by somebody who trusts the root and has seen what the server sent
                chain!.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
                chain.ChainPolicy.CustomTrustStore.Add(root.Certificate);
                chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
                (shown, isTrusted) = (certificate!.Subject, chain.Build((X509Certificate2)certificate));
                return true;
            });
            using var request = new HttpRequestMessage(HttpMethod.Get, "/sign-in");
            request.Headers.Host = host;
            return await browser.SendAsync(request);
        }
    }

    [Fact]
    public async Task What_a_trusted_proxy_says_of_who_it_is_is_believed_and_of_nobody_else()
    {
        // this machine reaches the program by two addresses; the proxy is at one of them
        await using var dashboard = new RunningDashboard
        {
            Arguments = ["--urls", "http://127.0.0.1:0", "--no-local"],
            Environment = new Dictionary<string, string>
            {
                ["CASTELLAN_SIGNIN__PROXY__HEADER"] = "X-Forwarded-User",
                ["CASTELLAN_SIGNIN__PROXY__GROUPSHEADER"] = "X-Forwarded-Groups",
                ["CASTELLAN_SIGNIN__PROXY__TRUSTEDADDRESSES"] = "127.0.0.2, 10.0.0.0/8",
                ["CASTELLAN_SIGNIN__HOSTS"] = "castellan.example.org",
            },
        };
        await dashboard.InitializeAsync();
        using var proxy = From("127.0.0.2", dashboard.Address);
        using var anybody = From("127.0.0.1", dashboard.Address);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(proxy, "/api/clusters", "anna")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(anybody, "/api/clusters", "anna")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(proxy, "/api/clusters")).Status);
        var two = await SendAsync(proxy, "/api/clusters", "anna", "mallory");
        two.IsProblem(HttpStatusCode.Unauthorized, "SIGN_IN_REQUIRED");
        Assert.Contains("X-Forwarded-User names nobody, or more than one", two.Body.Text("detail"), StringComparison.Ordinal);
        var page = await SendAsync(proxy, "/", "anna");
        Assert.Contains("anna", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("action=\"/sign-out\"", page.Text, StringComparison.Ordinal);

        // the page's own requests have the scheme that the browser used, which the proxy tells
        using var post = new HttpRequestMessage(HttpMethod.Post, "/api/tokens");
        post.Content = JsonContent.Create(new { name = "t", roles = new[] { "viewer" } });
        post.Headers.Host = "castellan.example.org";
        post.Headers.Add("Origin", "https://castellan.example.org");
        post.Headers.Add("X-Forwarded-Proto", "https");
        post.Headers.Add("X-Forwarded-User", "anna");
        using var made = await proxy.SendAsync(post, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
    }

    [Fact]
    public void A_key_that_needs_a_password_is_said_to_with_the_way_out()
    {
        using var authority = new TestAuthority();
        using var files = new TempDirectory();
        using var issued = Write(authority, files, "server");
        File.WriteAllText(files["key.pem"], issued.EncryptedKeyPem("secret"));
        var fault = Assert.Throws<InvalidDataException>(() => Certificate(files, TimeProvider.System));
        Assert.Contains("the key is encrypted", fault.Message, StringComparison.Ordinal);
        Assert.Contains("openssl pkey", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_that_has_ended_or_soon_will_is_told()
    {
        using var authority = new TestAuthority();
        using var files = new TempDirectory();
        using var issued = Write(authority, files, "server");
        var ends = X509CertificateLoader.LoadCertificateFromFile(files["chain.pem"]).NotAfter;
        var began = X509CertificateLoader.LoadCertificateFromFile(files["chain.pem"]).NotBefore;
        Assert.Contains("is not good before", At(began.AddMinutes(-1)), StringComparison.Ordinal);
        Assert.Contains("a new one is taken", At(ends.AddDays(-1)), StringComparison.Ordinal);
        Assert.Contains("ended at", At(ends), StringComparison.Ordinal);

        string? At(DateTime now) => Certificate(files, new FakeTimeProvider(now)).Trouble;
    }

    static ServerCertificate Certificate(TempDirectory files, TimeProvider time) =>
        new(new SignInOptions { Certificate = files["chain.pem"], CertificateKey = files["key.pem"] }, time);

    static IssuedCertificate Write(TestAuthority authority, TempDirectory files, string name)
    {
        var issued = authority.Server(name);
        File.WriteAllText(files["chain.pem"], issued.ChainPem);
        File.WriteAllText(files["key.pem"], issued.KeyPem);
        return issued;
    }

    static HttpClient From(string local, Uri server) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(local), 0));
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    { BaseAddress = server };

    static async Task<Answer> SendAsync(HttpClient from, string path, params string?[] names)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var name in names.OfType<string>())
        {
            request.Headers.Add("X-Forwarded-User", name);
        }

        using var response = await from.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new(response.StatusCode, response.Content.Headers.ContentType?.MediaType, text, response.Headers.Location?.ToString());
    }
}
