using Dashboard.Messages.Registry;
using Dashboard.Messages.Subjects;
using Dashboard.Messages.Tests.Registry;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Model;
using Testing;
using Testing.Security;

namespace Dashboard.Messages.Tests.Subjects;

/// <summary>What a registry has, asked over HTTP as its users have it: with passwords, over TLS, slow, broken.</summary>
public sealed class SchemaCatalogTests : IAsyncLifetime
{
    const string One = """{"type":"record","name":"Order","fields":[{"name":"id","type":"long"}]}""";

    const string Two = """
        {"type":"record","name":"Order","fields":[{"name":"id","type":"long"},{"name":"note","type":["null","string"],"default":null}]}
        """;

    const string Strict = """
        {"type":"record","name":"Order","fields":[{"name":"id","type":"long"},{"name":"amount","type":"double"}]}
        """;

    TestRegistry registry = null!;
    SchemaRegistry schemas = null!;
    SchemaCatalog catalog = null!;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        registry = await TestRegistry.StartAsync();
        (schemas, catalog) = Of(("url", registry.Url), ("request.timeout.ms", "3000"));
    }

    public async ValueTask DisposeAsync()
    {
        schemas.Dispose();
        await registry.DisposeAsync();
    }

    [Fact]
    public async Task Subjects_are_listed_with_those_that_are_deleted_and_kept()
    {
        registry.Add("orders-value", "AVRO", One);
        registry.Add(":.lab:orders-value", "AVRO", One);
        registry.Add("gone-value", "AVRO", One);
        await catalog.Client.DeleteAsync("gone-value", null, false, Token);
        var list = (await catalog.ReadListAsync()).Value!;
        Assert.Equal(
            [new(":.lab:orders-value", false), new("gone-value", true), new ListedSubject("orders-value", false)], list.Subjects);
        Assert.Equal(("BACKWARD", "READWRITE"), (list.Level, list.Mode));
        var summary = await catalog.SummaryAsync(":.lab:orders-value");
        Assert.Equal((1, 1, "AVRO"), (summary.Version, summary.Id, summary.Type));
    }

    [Fact]
    public async Task A_registry_without_an_answer_leaves_what_was_read_and_says_so()
    {
        registry.Add("orders-value", "AVRO", One);
        Assert.Single((await catalog.ReadListAsync()).Value!.Subjects);
        catalog.Forget();
        registry.IsSilent = true;
        var stale = await catalog.ReadListAsync();
        Assert.True(stale.IsStale);
        Assert.Equal(SectionErrorKind.TimedOut, stale.Error!.Kind);
        Assert.Equal("orders-value", stale.Value!.Subjects.Single().Name);

        var (other, never) = Of(("url", "http://127.0.0.1:9"));
        using (other)
        {
            var failed = await never.ReadListAsync();
            Assert.Null(failed.Value);
            Assert.Equal(SectionErrorKind.Unreachable, failed.Error!.Kind);
        }
    }

    [Fact]
    public async Task A_subject_has_its_versions_its_level_and_references_both_ways()
    {
        registry.Add("customers-value", "AVRO", """{"type":"record","name":"Customer","fields":[]}""");
        registry.Add("orders-value", "AVRO", One);
        registry.Add("orders-value", "AVRO", Two, ("Customer", "customers-value", 1));
        await catalog.Client.DeleteAsync("orders-value", 1, false, Token);
        await catalog.Client.SetLevelAsync("orders-value", "FULL", Token);
        var subject = await catalog.ReadAsync("orders-value", Token);
        Assert.Equal([new(1, true), new SubjectVersion(2, false)], subject.Versions);
        Assert.Equal((2, "FULL", "FULL"), (subject.Latest, subject.Level, subject.OwnLevel));
        Assert.Equal("BACKWARD", (await catalog.ReadAsync("customers-value", Token)).Level);

        var version = await catalog.ReadAsync("orders-value", 2, Token);
        Assert.Equal(new SchemaLink("Customer", "customers-value", 1), version.Schema.References.Single());
        Assert.Equal(
            new SchemaPlace("orders-value", 2), (await catalog.ReadAsync("customers-value", 1, Token)).ReferencedBy!.Value.Single());
        Assert.Equal(One, (await catalog.ReadAsync("orders-value", 1, Token)).Schema.Text);
        var missing = await Assert.ThrowsAsync<RegistryException>(() => catalog.ReadAsync("nobody", Token));
        Assert.True(missing.IsMissing);
    }

    [Fact]
    public async Task A_candidate_is_compared_in_the_registrys_words()
    {
        registry.Add("orders-value", "AVRO", One);
        var against = await catalog.TestAsync(new("orders-value", "AVRO", Strict, []), "latest", Token);
        Assert.False(against!.IsCompatible);
        Assert.Equal("READER_FIELD_MISSING_DEFAULT_VALUE: amount", against.Messages.Single());
        Assert.True((await catalog.TestAsync(new("orders-value", "AVRO", Two, []), null, Token))!.IsCompatible);
        Assert.Null(await catalog.TestAsync(new("new-value", "AVRO", Two, []), "latest", Token));
        var unread = await Assert.ThrowsAsync<RegistryException>(() =>
            catalog.TestAsync(new("orders-value", "AVRO", "{", []), "latest", Token));
        Assert.Equal((42201, 422), (unread.Code, unread.Status));
    }

    [Fact]
    public async Task A_registry_that_lacks_some_addresses_gives_the_rest()
    {
        registry.Add("orders-value", "AVRO", One);
        registry.Fault = request => request.Path.Value is { } path
            && (path.EndsWith("/referencedby", StringComparison.Ordinal) || path.StartsWith("/mode", StringComparison.Ordinal)
                || path.StartsWith("/config", StringComparison.Ordinal) || path.StartsWith("/compatibility", StringComparison.Ordinal)
                || request.QueryString.Value == "?deleted=true" && path == "/subjects")
            ? new FaultyAnswer(404, "<html>", false)
            : null;
        var list = (await catalog.ReadListAsync()).Value!;
        Assert.Equal((1, null, null), (list.Subjects.Length, list.Level, list.Mode));
        Assert.Null((await catalog.ReadAsync("orders-value", Token)).Level);
        Assert.Null((await catalog.ReadAsync("orders-value", 1, Token)).ReferencedBy);
        Assert.Null(await catalog.TestAsync(new("orders-value", "AVRO", Two, []), null, Token));
    }

    [Theory]
    [InlineData(200, "<html>no registry</html>", "no JSON")]
    [InlineData(302, "", "302")]
    [InlineData(503, """{"error_code":50302,"message":"no leader"}""", "503")]
    public async Task Broken_answers_are_named(int status, string body, string words)
    {
        registry.Fault = _ => new FaultyAnswer(status, body, false);
        var failed = await catalog.ReadListAsync();
        Assert.Null(failed.Value);
        Assert.Contains(words, failed.Error!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("user", "Basic dTpwcw==")]
    [InlineData("token", "Bearer t-1")]
    public async Task It_signs_in(string how, string wanted)
    {
        registry.Wanted = wanted;
        var refused = await catalog.ReadListAsync();
        Assert.Equal(SectionErrorKind.Refused, refused.Error!.Kind);
        Assert.Contains("wants another user, password or token", refused.Error.Message, StringComparison.Ordinal);
        var (own, mine) = how == "user"
            ? Of(("url", registry.Url), ("user", "u"), ("password", "ps"))
            : Of(("url", registry.Url), ("token", "t-1"));
        using (own)
        {
            Assert.Null((await mine.ReadListAsync()).Error);
        }
    }

    [Fact]
    public async Task Over_TLS_the_clusters_own_authority_is_trusted_and_no_other()
    {
        using var authority = new TestAuthority();
        using var issued = authority.Server();
        using var directory = new TempDirectory();
        var keystore = issued.WritePkcs12(directory["server.p12"], "secret");
        await using var secure = await TestRegistry.StartAsync(
            System.Security.Cryptography.X509Certificates.X509CertificateLoader.LoadPkcs12FromFile(keystore, "secret"));
        secure.Add("orders-value", "AVRO", One);
        var (own, mine) = Of(("url", secure.Url), ("ca", authority.WritePem(directory["ca.pem"])));
        using (own)
        {
            var list = await mine.ReadListAsync();
            Assert.True(list.Error is null, list.Error?.Message);
            Assert.Single(list.Value!.Subjects);
        }

        using var stranger = new TestAuthority("Somebody Else");
        var (others, theirs) = Of(("url", secure.Url), ("ca", stranger.WritePem(directory["other.pem"])));
        using (others)
        {
            var failed = await theirs.ReadListAsync();
            Assert.Equal(SectionErrorKind.Unreachable, failed.Error!.Kind);
            Assert.Contains("certificate", failed.Error.Message, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Theory]
    [InlineData("orders-value", "orders")]
    [InlineData("orders-key", "orders")]
    [InlineData(":.lab:orders-value", "orders")]
    [InlineData("orders-com.shop.Order", "orders")]
    [InlineData("orders-dlq-value", "orders-dlq")]
    [InlineData("com.shop.Order", "")]
    public void Subjects_are_those_of_topics_by_name(string subject, string topic) => Assert.Equal(
        topic.Length == 0 ? [] : [topic], SchemaUsers.NamedAfter(subject, ["orders", "orders-dlq", "other", "com"]));

    static (SchemaRegistry Registry, SchemaCatalog Catalog) Of(params (string Name, string Value)[] settings)
    {
        var made = new SchemaRegistry(RegistrySettings.Of(settings.ToDictionary(s => s.Name, s => s.Value))!, TimeProvider.System);
        return (made, new SchemaCatalog(made));
    }
}
