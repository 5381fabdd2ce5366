using System.Globalization;
using System.Text.RegularExpressions;
using Dashboard.Localization;
using Dashboard.Messages.Jobs;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Model;
using Dashboard.Nodes;
using Kafka.Client;
using Kafka.Protocol;

namespace Dashboard.Tests.Localization;

/// <summary>Every visible word is in the resources, in both languages, and every resource is used.</summary>
public sealed partial class TextTests
{
    static readonly Text text = new();
    static readonly string folder = SourceFolder();
    static readonly string[] sources =
    [
        .. ((string[])["Components", "Localization", "../Dashboard.Monitoring/Model"])
            .SelectMany(f => Directory.EnumerateFiles(Path.Combine(folder, f), "*.*", SearchOption.AllDirectories))
            .Where(f => f.EndsWith(".razor", StringComparison.Ordinal) || f.EndsWith(".cs", StringComparison.Ordinal)),
    ];

    [Fact]
    public void Both_languages_have_the_same_keys() =>
        Assert.Equal(text.Table("en").Keys.Order(StringComparer.Ordinal), text.Table("zh-Hans").Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void No_text_is_empty() =>
        Assert.DoesNotContain(text.Table("en").Concat(text.Table("zh-Hans")), t => string.IsNullOrWhiteSpace(t.Value));

    [Fact]
    public void Chinese_uses_no_argument_that_English_does_not_have()
    {
        var wrong = text.Table("zh-Hans").Where(t => !Places(t.Value).IsSubsetOf(Places(text.Table("en")[t.Key]))).Select(t => t.Key);
        Assert.Empty(wrong);
    }

    /// <summary>Broker 1001 is no 1,001 brokers: places that a naming word stands before are ids, in both languages.</summary>
    [Fact]
    public void A_number_that_names_something_is_an_id()
    {
        var counted = text.Table("en").Where(t => NamedNumber().IsMatch(t.Value)).Select(t => t.Key);
        Assert.Empty(counted);
        var differ = text.Table("en").Where(t => !NamesTheSame(t.Value, text.Table("zh-Hans")[t.Key])).Select(t => t.Key);
        Assert.Empty(differ);

        // of an argument that Chinese does not have nothing can differ
        static bool NamesTheSame(string english, string chinese) =>
            IdPlaces(english).SetEquals(IdPlaces(chinese).Union(IdPlaces(english).Except(Places(chinese))));
    }

    [Fact]
    public void Every_key_that_the_pages_name_exists()
    {
        var missing = sources
            .SelectMany(f => NamedKey().Matches(File.ReadAllText(f)).Select(m => m.Groups[1].Value))
            .Distinct()
            .Where(k => !text.Table("en").ContainsKey(k));
        Assert.Empty(missing);
    }

    [Fact]
    public void Every_key_is_used()
    {
        var code = string.Join('\n', sources.Select(File.ReadAllText));
        var prefixes = BuiltKey().Matches(code).Select(m => m.Groups[1].Value).Where(p => p.Contains('_')).Distinct().ToArray();
        var unused = text.Table("en").Keys
            .Where(k => !code.Contains($"\"{k}\"", StringComparison.Ordinal))
            .Where(k => !prefixes.Any(p => k.StartsWith(p, StringComparison.Ordinal)));
        Assert.Empty(unused);
    }

    [Fact]
    public void Every_kind_of_event_finding_role_and_state_has_words()
    {
        var wanted = Enum.GetNames<EventKind>().Select(k => $"Event_{k}")
            .Concat(Enum.GetNames<FindingKind>().SelectMany(k => (string[])[$"Finding_{k}", $"Trouble_{k}", $"Verdict_{k}"]))
            .Concat(Enum.GetNames<ServerRole>().Select(k => $"Role_{k}"))
            .Concat(Enum.GetNames<NodeState>().Select(k => $"NodeState_{k}"))
            .Concat(Enum.GetNames<NodeAction>().Select(k => $"NodeAction_{k}"));
        Assert.DoesNotContain(wanted, k => !text.Table("en").ContainsKey(k));
    }

    [Fact]
    public void Markup_holds_no_words_of_its_own()
    {
        var found = sources
            .Where(f => f.EndsWith(".razor", StringComparison.Ordinal))
            .SelectMany(f => Words(f).Select(w => $"{Path.GetFileName(f)}: {w}"));
        Assert.Empty(found);
    }

    [Theory]
    [InlineData("en", "2 partitions are offline.")]
    [InlineData("zh-Hans", "2 个分区离线。")]
    public void Text_is_in_the_language_of_the_reader(string language, string expected)
    {
        var before = CultureInfo.CurrentUICulture;
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        try
        {
            Assert.Equal(expected, text["Verdict_OfflinePartitions", 2]);
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }

    /// <summary>What other layers tell by its code has words.</summary>
    [Fact]
    public void Every_sentence_that_is_told_by_its_code_has_words()
    {
        string[] layers =
        [
            "Wire", "Kafka.Client", "ZooKeeper.Protocol", "ZooKeeper.Client", "Dashboard.Nodes", "Dashboard.Monitoring",
            "Dashboard.Messages", "Dashboard",
        ];
        var told = layers.Select(layer => Path.Combine(folder, "..", layer))
            .SelectMany(layer => Directory.EnumerateFiles(layer, "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
            .SelectMany(file => CodedText().Matches(File.ReadAllText(file)).Select(m => $"Said_{m.Groups[1].Value}"))
            .Concat(["Said_readOnly", "Said_timedOut", "Said_unreachable"]) // with English words that come from elsewhere: JobReasons
            .ToHashSet();
        Assert.Equal(told.Order(), text.Table("en").Keys.Where(k => k.StartsWith("Said_", StringComparison.Ordinal)).Order());
    }

    /// <summary>A broker's own words are English: a Chinese page says what the error means, and keeps them beside it.</summary>
    [Fact]
    public void What_Kafka_refuses_has_a_meaning_in_the_readers_language()
    {
        var known = Enum.GetValues<ErrorCode>().Select(code => $"Kafka_{new KafkaException(code).CodeName}")
            .Concat([$"Kafka_{Refusal.ReadOnlyCode}", $"Kafka_{Refusal.MoreCode}", $"Kafka_{JobRefusals.OtherClusterCode}"]).ToHashSet();
        Assert.DoesNotContain(text.Table("en").Keys, k => k.StartsWith("Kafka_", StringComparison.Ordinal) && !known.Contains(k));
        var before = CultureInfo.CurrentUICulture;
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-Hans");
        try
        {
            Assert.Equal("同名主题已存在。", text.Meaning("TOPIC_ALREADY_EXISTS"));
            Assert.Null(text.Meaning("NO_SUCH_CODE"));
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }

        Assert.Null(text.Meaning("TOPIC_ALREADY_EXISTS"));
    }

    /// <summary>Words between tags, once code, expressions and what is the same in every language are taken away.</summary>
    static IEnumerable<string> Words(string file)
    {
        var markup = File.ReadAllText(file);
        var code = markup.IndexOf("@code {", StringComparison.Ordinal);
        markup = Comment().Replace(code < 0 ? markup : markup[..code], "");
        foreach (Match match in BetweenTags().Matches(markup))
        {
            var words = match.Groups[1].Value.Trim();
            if (!words.Contains('@') && Word().IsMatch(words) && !same.Contains(words))
            {
                yield return words;
            }
        }
    }

    /// <summary>Names that are the same in both languages, and the languages' own names.</summary>
    static readonly HashSet<string> same =
        ["ISR", "EN", "中文", "UTC", "zxid", "Kafka", "ZooKeeper", "min.insync.replicas", "out", "min", "p"];

    static HashSet<string> IdPlaces(string template) => [.. IdPlace().Matches(template).Select(m => m.Groups[1].Value)];

    static HashSet<string> Places(string template) => [.. Place().Matches(template).Select(m => m.Groups[1].Value)];

    internal static string SourceFolder()
    {
        var at = AppContext.BaseDirectory;
        while (!Directory.Exists(Path.Combine(at, "src", "Dashboard")))
        {
            at = Path.GetDirectoryName(at) ?? throw new DirectoryNotFoundException("src/Dashboard");
        }
        return Path.Combine(at, "src", "Dashboard");
    }

    [GeneratedRegex(@"(?:\bL|\btext|\bL\.Find|\bPhrase\.Of)[\[(]""([A-Z]\w+_[^""{}]+)""")]
    private static partial Regex NamedKey();

    [GeneratedRegex(@"\$""([A-Z]\w*_[^""{]*)\{")]
    private static partial Regex BuiltKey();

    [GeneratedRegex(@"(?:CodedText|RowFaultException)\.Of\(\s*""(\w+)""")]
    private static partial Regex CodedText();

    [GeneratedRegex(@"@\*.*?\*@", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"<(?:h1|h2|h3|p|span|strong|small|th|td|dt|dd|li|a|button|label|option|legend|figcaption)(?:\s[^<>]*)?>([^<>{}@]+)</")]
    private static partial Regex BetweenTags();

    [GeneratedRegex(@"[A-Za-z]{2,}|[\u4e00-\u9fff]")]
    private static partial Regex Word();

    [GeneratedRegex(@"(?:\b[Bb]roker|\bepoch|[Pp]artition|\bround|\bid|\bport|\bcoordinator) \{\d\}")]
    private static partial Regex NamedNumber();

    [GeneratedRegex(@"\{(\d+)#\}")]
    private static partial Regex IdPlace();

    [GeneratedRegex(@"\{(\d+)")]
    private static partial Regex Place();
}
