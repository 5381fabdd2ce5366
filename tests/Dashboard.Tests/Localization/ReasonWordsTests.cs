using System.Globalization;
using System.Text.RegularExpressions;
using Dashboard.Clusters;
using Dashboard.Localization;
using Dashboard.Monitoring;
using Dashboard.Security.Access;
using Dashboard.Security.Identity;
using Kafka.Client.Configuration;
using Testing;
using Wire;
using ZooKeeper.Client.Configuration;

namespace Dashboard.Tests.Localization;

/// <summary>Why a job failed and what is wrong with a row, in the language of who reads it.</summary>
public sealed partial class ReasonWordsTests : IDisposable
{
    readonly CultureInfo before = CultureInfo.CurrentUICulture;
    readonly Text text = new();

    public void Dispose() => CultureInfo.CurrentUICulture = before;

    [Fact]
    public void Every_code_that_the_program_gives_has_words_in_both_languages_and_in_English_the_same()
    {
        var source = Path.Combine(TextTests.SourceFolder(), "..", "Dashboard.Messages");
        var given = Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Given().Matches(File.ReadAllText(file)))
            .Select(one => (Code: one.Groups[1].Value, Words: Template([.. one.Groups[2].Captures.Select(c => c.Value)])))
            .ToList();
        Assert.InRange(given.Count, 40, 200);
        foreach (var (code, words) in given)
        {
            Assert.Equal(words, text.Table("en")[$"Said_{code}"].Replace("#}", "}"));
            Assert.Contains($"Said_{code}", text.Table("zh-Hans").Keys);
        }
    }

    [Fact]
    public void A_reason_is_told_with_its_cause_and_what_has_no_code_as_it_is()
    {
        var row = CodedText.Of("wrongRow", $"Line {7}: {CodedText.Of("notJson", $"It is no JSON.")}");
        var foreign = CodedText.Of("unread", $"{"orders-3"} cannot be read: {CodedText.Plain("disk on fire")}");
        Assert.Equal(("Line 7: It is no JSON.", null), (row.English, ReasonWords.Of(text, row)));
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-Hans");
        Assert.Equal("第 7 行：此行不是 JSON。 请跳过有误的行，或修正文件。", ReasonWords.Of(text, row));
        Assert.Equal("无法读取 orders-3：disk on fire", ReasonWords.Of(text, foreign));
        Assert.Equal(
            $"{text.Meaning("UNKNOWN_TOPIC_OR_PARTITION")}（no such topic）",
            ReasonWords.Of(text, new CodedText("kafka", "…", ["UNKNOWN_TOPIC_OR_PARTITION", "no such topic"])));
        Assert.Equal(
            "a-0 中 offset 5 的记录没有目标：没有消息头 to。",
            ReasonWords.Of(text, CodedText.Of("noTarget", $"{"a-0"} {5} {new CodedText("skip", "…", ["noHeader", "to"])}")));
        Assert.Null(ReasonWords.Of(text, CodedText.Plain("something else")));
        Assert.Null(ReasonWords.Of(text, new CodedText("ofALaterVersion", "something new", [])));
        Assert.Null(ReasonWords.Of(text, null));
    }

    /// <summary>What accounts and definitions of clusters cannot be stands on Chinese pages in Chinese.</summary>
    [Fact]
    public void What_a_form_refuses_is_told_in_the_readers_language()
    {
        var definition = new ClusterDefinition { Id = "Prod", Name = "Prod", Source = DefinitionSource.Kept };
        var wrongId = Assert.Throws<ClusterDefinitionException>(() => DefinitionChecks.Check(definition));
        var wrongRole = Assert.Throws<IdentityException>(() => LocalAccounts.Checked(["no role!"]));
        Assert.StartsWith("id: \"Prod\" is not lower case", ErrorWords.Of(text, wrongId), StringComparison.Ordinal);
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-Hans");
        Assert.StartsWith("id：“Prod”须为小写字母", ErrorWords.Of(text, wrongId), StringComparison.Ordinal);
        Assert.Equal("“no role!”不是角色名；角色名例如 viewer。", ErrorWords.Of(text, wrongRole));
    }

    /// <summary>The key, its place and what to write instead stay; the words around them are the reader's.</summary>
    [Theory]
    [InlineData("request.timeout.ms=soon", "request.timeout.ms：“soon”不是整数。")]
    [InlineData(
        "security.protocol=SSL,ssl.truststore.location=/no/such.pem", "ssl.truststore.location：/no/such.pem 无法使用：Could not find")]
    [InlineData("security.protocol=SASL_SSL,sasl.mechanism=PLAIN,sasl.jaas.config=a.B needed", "sasl.jaas.config：第 11 个字符处应为：")]
    [InlineData("bootstrap.servers=a:b", "bootstrap.servers：“a:b”不是 host:port 的形式。")]
    public void What_a_client_cannot_take_is_told_in_the_readers_language(string properties, string words)
    {
        var wrong = Assert.Throws<ClientPropertiesException>(() => ClientProperties.Read(Properties(properties)));
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-Hans");
        Assert.StartsWith(words, ErrorWords.Of(text, wrong), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_passed_over_is_told_in_the_readers_language()
    {
        var kafka = ClientProperties.Read(Properties("sasl.username=me,no.such=1")).Warnings;
        var zooKeeper = ZooKeeperProperties.Read(Properties("zookeeper.no=1")).Warnings;
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-Hans");
        string[] expected =
        [
            "no.such 不是 Kafka 客户端的设置，不起作用。",
            "sasl.username 是 librdkafka 的设置，在此不起作用；Kafka 的对应设置：sasl.jaas.config（其中写 username=\"…\"）。",
            "zookeeper.no 不是已知的设置，不起作用。",
        ];
        Assert.Equal(expected, kafka.Concat(zooKeeper).Select(told => ErrorWords.Of(text, told)).Order(StringComparer.Ordinal));
    }

    /// <summary>With the place in the file, and for the rules of rights as well.</summary>
    [Fact]
    public void What_is_wrong_with_clusters_yaml_is_told_in_the_readers_language()
    {
        using var directory = new TempDirectory();
        var path = directory["clusters.yaml"];
        File.WriteAllText(path, "clusters:\n  - id: a\n    kafka: b:x\n    no: 1\naccess:\n  grants: [{role: viewer}]\n");
        var file = new ClustersFile(path);
        var read = file.Read();
        var (_, problems) = AccessYaml.Read(file.Document);
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-Hans");
        string[] expected =
        [
            $"{path} 第 3 行：kafka：“b:x”不是 host:port 的形式。", $"{path} 第 4 行：no：集群没有这个字段，已忽略。",
            $"{path} 第 6 行：须给出 user、group、everyone 之一，说明授予谁。",
        ];
        Assert.Equal(expected, read.Problems.Concat(read.Warnings).Concat(problems).Select(told => ErrorWords.Of(text, told)));
    }

    [Fact]
    public void What_is_no_path_is_told_in_the_readers_language()
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-Hans");
        Assert.Equal("不允许相对路径", ErrorWords.Of(text, ZnodePath.Problem("/a/..")!));
        Assert.Equal("不允许字符 U+0001", ErrorWords.Of(text, ZnodePath.Problem("/a\u0001")!));
    }

    static Dictionary<string, string> Properties(string lines) =>
        lines.Split(',').Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);

    /// <summary>Of pieces of an interpolated string: its places by their number.</summary>
    static string Template(string[] pieces)
    {
        var places = 0;
        return Regex.Unescape(Hole().Replace(string.Concat(pieces), _ => $"\u0001{places++}\u0002"))
            .Replace("{{", "{").Replace("}}", "}").Replace('\u0001', '{').Replace('\u0002', '}');
    }

    [GeneratedRegex("""
        (?:CodedText|RowFaultException)\.Of\(\s*"(\w+)",\s*(?:\$"((?:[^"\\{]|\\.|\{\{|\{(?:[^{}"]|"[^"]*")+\})*)"[\s+]*)+
        """)]
    private static partial Regex Given();

    [GeneratedRegex("""(?<!\{)\{(?:[^{}"]|"[^"]*")+\}""")]
    private static partial Regex Hole();
}
