using System.Collections.Frozen;
using System.Collections.Immutable;
using Dashboard.Clusters;
using Dashboard.Monitoring.Access;
using Dashboard.Security.Identity;
using Wire;

namespace Dashboard.Security.Access;

/// <summary>
/// The sections <c>access:</c> (<c>roles:</c> and <c>grants:</c>), <c>masks:</c> and <c>audit:</c> of
/// clusters.yaml. What is not understood is a fault, an unknown key too: a rule that was misread would give what was not meant.
/// Lists of one may stand without brackets.
/// </summary>
static class AccessYaml
{
    /// <summary>Roles, rules of a role, grants, masks: of each at most so many.</summary>
    const int Most = 1000;

    public static (AccessRules Rules, IReadOnlyList<CodedText> Problems) Read(ClustersDocument document)
    {
        var problems = new List<CodedText>();
        var root = YamlSection.Of(document, problems);
        // passed over like any other, a misspelt one would show what was to be masked
        root.RefuseMisspelt("access", "masks", "audit");
        var sections = root.Fields().ToLookup(field => field.Name, field => field.Section);
        var access = sections["access"].FirstOrDefault()?.Fields("roles", "grants").ToLookup(field => field.Name, field => field.Section);
        var roles = Roles(access?["roles"].FirstOrDefault());
        var rules = new AccessRules(
            roles,
            [.. access?["grants"].FirstOrDefault()?.Items(Most).Select(grant => Grant(grant, roles)).OfType<AccessGrant>() ?? []],
            [.. sections["masks"].FirstOrDefault()?.Items(Most).Select(mask => Mask(mask, roles)).OfType<MaskRule>() ?? []])
        {
            Audit = sections["audit"].FirstOrDefault() is { } audit ? Target(audit) : null,
        };
        return (rules, problems);
    }

    public static CodedText IsLocked(string path) => CodedText.Of(
        "AccessLocked",
        $"{path}: until access: and masks: are right, nobody but administrators with an account of this server may anything.");

    public static CodedText Stays(string path) =>
        CodedText.Of("AccessStays", $"{path}: who may what stays as it was until access: and masks: are right.");

    static FrozenDictionary<string, ImmutableArray<AccessRule>> Roles(YamlSection? section)
    {
        var roles = BuiltInRoles.All.ToDictionary();
        foreach (var (name, rules) in section?.Fields() ?? [])
        {
            if (BuiltInRoles.All.ContainsKey(name))
            {
                rules.Refuse(CodedText.Of("RoleBuiltIn", $"{name}: it is built in; give another name."));
            }
            else if (roles.Count >= Most)
            {
                rules.Refuse(CodedText.Of("RolesFull", $"{name}: there is room for {Most} roles."));
            }
            else
            {
                roles[name] = [.. rules.Items(Most).Select(Rule).OfType<AccessRule>()];
            }
        }

        return roles.ToFrozenDictionary();
    }

    static AccessRule? Rule(YamlSection rule)
    {
        var fields = rule.Fields("clusters", "things", "names", "actions").ToDictionary(field => field.Name, field => field.Section);
        if (!fields.TryGetValue("things", out var things) || !fields.TryGetValue("actions", out var actions))
        {
            return rule.Refuse<AccessRule>(CodedText.Of(
                "RuleLacks", $"{(fields.ContainsKey("things") ? "actions" : "things")} is missing; \"*\" stands for all."));
        }

        var (kinds, deeds) = (Members<AccessKind>(things), Members<AccessAction>(actions));
        if (kinds is not { } kindList || deeds is not { } deedList)
        {
            return null;
        }

        foreach (var deed in deedList)
        {
            // a rule that can never give anything is a mistake
            if (!Permission.Words.Keys.Any(known => known.Action == deed && (kindList.IsEmpty || kindList.Contains(known.Kind))))
            {
                return actions.Refuse<AccessRule>(
                    CodedText.Of(
                        "RuleImpossible", $"actions: {Word(deed)}: nothing of {Listed(kindList)} can be done so; {Possible(kindList)}."));
            }
        }

        return new AccessRule(Patterns(fields, "clusters"), Patterns(fields, "names"), kindList, deedList);
    }

    static AccessGrant? Grant(YamlSection grant, FrozenDictionary<string, ImmutableArray<AccessRule>> roles)
    {
        var fields = grant.Fields("user", "group", "everyone", "source", "role", "clusters").ToDictionary(f => f.Name, f => f.Section);
        string? Value(string field) => fields.GetValueOrDefault(field)?.Text();
        if (new[] { "user", "group", "everyone" }.Count(fields.ContainsKey) != 1)
        {
            return grant.Refuse<AccessGrant>(CodedText.Of("GrantWho", $"one of user, group and everyone is given to say who."));
        }

        if (fields.GetValueOrDefault("everyone") is { } all && all.Text() != "true")
        {
            return all.Refuse<AccessGrant>(CodedText.Of("GrantEveryone", $"everyone: true is the only value."));
        }

        if (Value("role") is not { Length: > 0 } role)
        {
            return grant.Refuse<AccessGrant>(CodedText.Of("GrantRole", $"role is missing."));
        }

        if (!roles.ContainsKey(role))
        {
            return fields["role"].Refuse<AccessGrant>(NoRole("role", role, roles));
        }

        IdentitySource? source = null;
        if (fields.GetValueOrDefault("source") is { } from)
        {
            if (!fields.ContainsKey("user") || Member<IdentitySource>(from.Text()) is not { } known || known == IdentitySource.Token)
            {
                return from.Refuse<AccessGrant>(CodedText.Of(
                    "GrantSource", $"source: of a user, and one of local, oidc, ldap, proxy."));
            }

            source = known;
        }

        return new AccessGrant(
            Value("user"), Value("group"), fields.ContainsKey("everyone"), source, role, Patterns(fields, "clusters"));
    }

    static MaskRule? Mask(YamlSection mask, FrozenDictionary<string, ImmutableArray<AccessRule>> roles)
    {
        var fields = mask.Fields("clusters", "topics", "fields", "exempt").ToDictionary(field => field.Name, field => field.Section);
        if (!fields.TryGetValue("topics", out _) || !fields.TryGetValue("fields", out var parts))
        {
            return mask.Refuse<MaskRule>(
                CodedText.Of(
                    "MaskLacks", $"{(fields.ContainsKey("topics") ? "fields" : "topics")} is missing; \"*\" stands for all topics."));
        }

        var masked = new List<FieldMask>();
        foreach (var text in parts.Texts())
        {
            try
            {
                masked.Add(FieldMask.Parse(text));
            }
            catch (FormatException e)
            {
                return parts.Refuse<MaskRule>($"fields: {e.Message}");
            }
        }

        var exempt = fields.GetValueOrDefault("exempt");
        if (exempt?.Texts().FirstOrDefault(role => !roles.ContainsKey(role)) is { } unknown)
        {
            return exempt.Refuse<MaskRule>(NoRole("exempt", unknown, roles));
        }

        return new MaskRule(Patterns(fields, "clusters"), Patterns(fields, "topics"), [.. masked], exempt?.Texts() ?? []);
    }

    static AuditTarget? Target(YamlSection audit)
    {
        var fields = audit.Fields("cluster", "topic").ToDictionary(field => field.Name, field => field.Section);
        return fields.TryGetValue("cluster", out var cluster) && fields.TryGetValue("topic", out var topic)
            ? new AuditTarget(cluster.Text() ?? "", topic.Text() ?? "")
            : audit.Refuse<AuditTarget>(CodedText.Of("AuditLacks", $"audit: cluster and topic are both needed."));
    }

    static CodedText NoRole(string field, string role, FrozenDictionary<string, ImmutableArray<AccessRule>> roles) => CodedText.Of(
        "GrantNoRole", $"{field}: there is no role {role}; there are {string.Join(", ", roles.Keys.Order(StringComparer.Ordinal))}.");

    static ImmutableArray<string> Patterns(Dictionary<string, YamlSection> fields, string field) =>
        fields.GetValueOrDefault(field)?.Texts() ?? Glob.Everything;

    /// <summary>Empty for "*"; null when one is not known, which is reported.</summary>
    static ImmutableArray<T>? Members<T>(YamlSection list)
        where T : struct, Enum
    {
        var found = ImmutableArray.CreateBuilder<T>();
        var texts = list.Texts();
        if (texts is ["*"])
        {
            return [];
        }

        foreach (var text in texts)
        {
            if (Member<T>(text) is not { } member)
            {
                list.Refuse(CodedText.Of(
                    "RuleNone",
                    $"\"{text}\" is none of {string.Join(", ", Enum.GetValues<T>().Select(Word))}; \"*\" alone stands for all."));
                return null;
            }

            found.Add(member);
        }

        return found.ToImmutable();
    }

    static T? Member<T>(string? text)
        where T : struct, Enum => Enum.GetValues<T>().Where(value => Word(value) == text).Select(value => (T?)value).FirstOrDefault();

    static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    static string Listed(ImmutableArray<AccessKind> kinds) => kinds.IsEmpty ? "anything" : string.Join(", ", kinds.Select(Word));

    static string Possible(ImmutableArray<AccessKind> kinds) => string.Join("; ", Permission.Words.Keys
        .Where(known => kinds.IsEmpty || kinds.Contains(known.Kind)).OrderBy(known => known).GroupBy(known => known.Kind)
        .Select(kind => $"{Word(kind.Key)}: {string.Join(", ", kind.Select(known => Word(known.Action)))}"));
}
