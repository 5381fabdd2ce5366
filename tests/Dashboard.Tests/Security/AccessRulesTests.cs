using System.Security.Claims;
using System.Text.RegularExpressions;
using Dashboard.Clusters;
using Dashboard.Monitoring.Access;
using Dashboard.Security.Access;
using Dashboard.Security.Identity;
using Testing;

namespace Dashboard.Tests.Security;

/// <summary>Who may what by a file as people write it; what is wrong with one, and that it never gives more.</summary>
public sealed class AccessRulesTests : IDisposable
{
    const string Good =
        """
        access:
          roles:
            payments:
              - things: [clusters, znodes]
                actions: [see, read]
              - clusters: prod-*
                things: [topics, records]
                names: [payments.*, "payments-*"]
                actions: ["*"]
          grants:
            - everyone: true
              role: viewer
              clusters: [local]
            - user: anna
              role: operator
              clusters: [prod-*]
            - user: anna
              source: ldap
              role: admin
            - group: kafka-admins
              role: admin
            - group: team-payments
              role: payments
        masks:
          - topics: [payments.*]
            fields: [$.card.number, key]
            exempt: [admin]
        """;

    readonly TempDirectory directory = new();
    readonly ClustersFile file;
    readonly AccessStore store = new(new AccessMode(SignIn: true), new OwnersByName());

    public AccessRulesTests() => file = new ClustersFile(directory["clusters.yaml"]);

    public void Dispose() => directory.Dispose();

    [Theory]
    [InlineData("prod-*", "prod-eu", true)]
    [InlineData("prod-*", "prod-", true)]
    [InlineData("prod-*", "my-prod-eu", false)]
    [InlineData("prod-*", "Prod-eu", false)]
    [InlineData("*-eu", "prod-eu", true)]
    [InlineData("*a*b*", "xxaxxbxx", true)]
    [InlineData("*a*b*", "xxbxxaxx", false)]
    [InlineData("a.c", "abc", false)]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    [InlineData("*", "*", true)]
    [InlineData("a*", "*", false)] // what is asked for all is given by all alone
    [InlineData("*a", "*", false)]
    public void A_pattern_fits_the_whole_name(string pattern, string text, bool fits) => Assert.Equal(fits, Glob.Fits(pattern, text));

    [Fact]
    public void The_widest_that_fits_counts()
    {
        Assert.Empty(Take(Good));
        var anna = Of(Principals.Of("t", "anna", IdentitySource.Oidc));
        Assert.True(May(anna, AccessAction.Elect, AccessKind.Topics, "prod-eu", "orders"));
        Assert.True(May(anna, AccessAction.Elect, AccessKind.Topics, "prod-eu", Permission.All));
        Assert.False(May(anna, AccessAction.Delete, AccessKind.Topics, "prod-eu", "orders"));
        Assert.True(anna.Sees("local"));
        Assert.False(anna.Sees("staging"));
        Assert.False(anna.Sees(Permission.All));
        Assert.False(May(anna, AccessAction.Elect, AccessKind.Topics, "local", "orders"));
        Assert.Equal(
            "operator anna may not delete topics on prod-eu (orders): it takes a role with 'delete' on topics there; "
            + "roles are given under access: in clusters.yaml.",
            anna.WhyNot(new(AccessKind.Topics, AccessAction.Delete, "prod-eu", "orders")));
        Assert.True(May(Of(Principals.Of("t", "anna", IdentitySource.Ldap)), AccessAction.Manage, AccessKind.Accounts, Permission.All));
        var joe = Of(Principals.Of("t", "joe", IdentitySource.Oidc, ["kafka-admins"]));
        Assert.True(May(joe, AccessAction.Define, AccessKind.Clusters, "x"));
        Assert.False(Of(new ClaimsPrincipal()).Sees("local")); // everyone is everyone who signed in
    }

    [Fact]
    public void A_role_of_ones_own_holds_for_its_names()
    {
        Assert.Empty(Take(Good));
        var paula = Of(Principals.Of("t", "paula", IdentitySource.Oidc, ["team-payments"]));
        Assert.True(May(paula, AccessAction.Delete, AccessKind.Topics, "prod-eu", "payments.in"));
        Assert.True(May(paula, AccessAction.Create, AccessKind.Topics, "prod-eu", null)); // some of them
        Assert.False(May(paula, AccessAction.Elect, AccessKind.Topics, "prod-eu", Permission.All)); // not all
        Assert.False(May(paula, AccessAction.Delete, AccessKind.Topics, "prod-eu", "orders"));
        Assert.False(May(paula, AccessAction.Delete, AccessKind.Topics, "staging", "payments.in"));
        Assert.False(May(paula, AccessAction.See, AccessKind.Audit, "prod-eu"));
    }

    [Theory]
    [InlineData("topics", "alter")]
    [InlineData("records", "write")]
    [InlineData("groups", "alter")]
    [InlineData("groups", "delete")]
    [InlineData("schemas", "create")]
    [InlineData("connectors", "operate")]
    [InlineData("nodes", "operate")]
    public void A_rule_for_some_names_opens_addresses_whose_body_or_command_says_which(string things, string action)
    {
        var role = $"team: [{{things: {things}, actions: {action}, names: team-*}}]";
        Assert.Empty(Take($"access: {{roles: {{{role}}}, grants: [{{user: tina, role: team}}]}}"));
        var (kind, deed) = (Enum.Parse<AccessKind>(things, true), Enum.Parse<AccessAction>(action, true));
        var tina = Of(Principals.Of("t", "tina", IdentitySource.Oidc));
        Assert.True(tina.May(new RequiresAttribute(kind, deed).On(new Dictionary<string, object?> { ["cluster"] = "prod-eu" })));
        Assert.True(May(tina, deed, kind, "prod-eu", "team-a"));
        Assert.False(May(tina, deed, kind, "prod-eu", "orders"));
    }

    [Fact]
    public void The_README_names_every_thing_and_all_that_can_be_done_with_it()
    {
        var readme = File.ReadAllText(Path.Combine(Localization.TextTests.SourceFolder(), "../../README.md"));
        foreach (var kind in Permission.Words.Keys.GroupBy(known => known.Kind, known => $"{known.Action}".ToLowerInvariant()))
        {
            var thing = $"{kind.Key}".ToLowerInvariant();
            var listed = Regex.Match(readme, $@"`{thing}` ([a-z]+(?: \([^)]+\))?(?:, [a-z]+(?: \([^)]+\))?)*)[;.]").Groups[1].Value;
            var named = Regex.Replace(listed, @" \([^)]+\)", "").Split(", ");
            Assert.Equal(kind.Order(), named.Order());
        }
    }

    [Fact]
    public void A_token_has_its_own_roles_on_its_own_clusters_and_never_more_than_its_owner()
    {
        Assert.Empty(Take(Good));
        var wide = Of(Token("anna", ["admin"], []));
        Assert.True(May(wide, AccessAction.Elect, AccessKind.Topics, "prod-eu", "orders"));
        Assert.False(May(wide, AccessAction.Delete, AccessKind.Topics, "prod-eu", "orders"));
        Assert.False(wide.Sees("staging"));
        var narrow = Of(Token("anna", ["viewer"], ["prod-us"]));
        Assert.True(narrow.Sees("prod-us"));
        Assert.False(narrow.Sees("prod-eu"));
        Assert.False(May(narrow, AccessAction.Elect, AccessKind.Topics, "prod-us", "orders"));
        Assert.False(Of(Token("anna", [], [])).Sees("prod-eu"));
        // called like somebody, or without an owner
        Assert.False(Of(Principals.Of("t", "anna", IdentitySource.Token)).Sees("prod-eu"));
        Assert.False(Of(Token("nobody", ["admin"], [])).Sees("prod-eu"));
    }

    [Fact]
    public void Masks_are_for_all_but_those_who_are_exempt()
    {
        Assert.Empty(Take(Good));
        var anna = Of(Principals.Of("t", "anna", IdentitySource.Oidc));
        Assert.Equal([MaskedPart.Field, MaskedPart.Key], anna.Permissions.Masks("prod-eu", "payments.in").Select(mask => mask.Part));
        Assert.Empty(anna.Permissions.Masks("prod-eu", "orders"));
        Assert.Empty(Of(Principals.Of("t", "joe", IdentitySource.Oidc, ["kafka-admins"])).Permissions.Masks("prod-eu", "payments.in"));
        // without sign-in nobody is exempt
        var open = new AccessStore(new AccessMode(SignIn: false), new OwnersByName());
        open.ReadWith(file);
        Assert.NotEmpty(open.ActorOf(new ClaimsPrincipal(), "web", null).Permissions.Masks("prod-eu", "payments.in"));
    }

    [Theory]
    [InlineData("mask:\n  - topics: [payments.*]\n    fields: [value]", 1, "mask: no such key; masks is one")]
    [InlineData("clusters: []\nAccess:\n  grants: []", 2, "Access: no such key; access is one")]
    [InlineData("access:\n  roles:\n    x:\n      - things: [topic]\n        actions: [see]", 4, "topic")]
    [InlineData("access:\n  roles:\n    x:\n      - things: [records]\n        actions: [delete]", 5, "records: read, write, purge")]
    [InlineData("access:\n  roles:\n    x:\n      - actions: [see]", 4, "things is missing")]
    [InlineData("access:\n  roles:\n    x:\n      - things: [topics]\n        actions: [elect]\n        name: [a]", 6, "no such key")]
    [InlineData("access:\n  roles:\n    admin:\n      - things: [topics]\n        actions: [elect]", 4, "built in")]
    [InlineData("access:\n  grants:\n    - user: anna\n      role: oprator", 4, "there is no role oprator")]
    [InlineData("access:\n  grants:\n    - role: admin", 3, "one of user, group and everyone")]
    [InlineData("access:\n  grants:\n    - user: a\n      group: b\n      role: admin", 3, "one of user, group and everyone")]
    [InlineData("access:\n  grants:\n    - everyone: no\n      role: admin", 3, "everyone: true")]
    [InlineData("access:\n  grants:\n    - user: anna\n      source: token\n      role: admin", 4, "source")]
    [InlineData("access:\n  grants:\n    user: anna", 3, "a list is expected")]
    [InlineData("access:\n  grant: []", 2, "no such key")]
    [InlineData("access: admin", 1, "names and values")]
    [InlineData("masks:\n  - topics: [a]\n    fields: [$card]", 3, "$card")]
    [InlineData("masks:\n  - topics: [a]\n    fields: [key]\n    exempt: [boss]", 4, "there is no role boss")]
    [InlineData("masks:\n  - fields: [key]", 2, "topics is missing")]
    public void What_is_wrong_is_told_with_file_line_and_key_and_locks_at_a_start(string yaml, int line, string words)
    {
        var problems = Take(yaml);
        Assert.StartsWith($"{file.FilePath} line {line}: ", problems[0], StringComparison.Ordinal);
        Assert.Contains(words, problems[0], StringComparison.Ordinal);
        Assert.Contains("nobody but administrators", problems[^1], StringComparison.Ordinal);
        Assert.False(Of(Principals.Of("t", "joe", IdentitySource.Oidc, ["kafka-admins"], ["admin"])).Sees("prod-eu"));
        Assert.True(Of(Principals.Of("t", "root", IdentitySource.Local, roles: ["admin"])).Sees("prod-eu"));
        Assert.False(Of(Principals.Of("t", "vera", IdentitySource.Local, roles: ["viewer"])).Sees("prod-eu"));
    }

    [Theory]
    [InlineData("access:\n  grants:\n    - everyone: true\n      role: admin\n    - x: y")]
    [InlineData("access: [\n")]
    [InlineData("- access")]
    public void A_wrong_file_leaves_the_rules_as_they_were(string wrong)
    {
        Assert.Empty(Take(Good));
        Assert.NotEmpty(Take(wrong));
        Assert.False(Of(Principals.Of("t", "vera", IdentitySource.Local)).Sees("prod-eu"));
        Assert.True(Of(Principals.Of("t", "anna", IdentitySource.Oidc)).Sees("prod-eu"));
        File.Delete(file.FilePath);
        store.ReadWith(file);
        Assert.True(Of(Principals.Of("t", "anna", IdentitySource.Oidc)).Sees("prod-eu"));
        Assert.Empty(Take("clusters: []"));
        Assert.False(Of(Principals.Of("t", "anna", IdentitySource.Oidc)).Sees("prod-eu"));
    }

    IReadOnlyList<string> Take(string yaml)
    {
        File.WriteAllText(file.FilePath, yaml);
        return [.. store.ReadWith(file).Problems.Select(problem => problem.English)];
    }

    Actor Of(ClaimsPrincipal principal) => store.ActorOf(principal, "web", null);

    static ClaimsPrincipal Token(string owner, string[] roles, string[] clusters) => Principals.Of(
        "t", "my-token", IdentitySource.Token, roles: roles,
        more: [new Claim(Principals.OwnerClaim, owner), .. clusters.Select(c => new Claim(Principals.ClusterClaim, c))]);

    static bool May(Actor actor, AccessAction action, AccessKind kind, string? cluster, string? name = Permission.All) =>
        actor.May(new Permission(kind, action, cluster, name));
}
