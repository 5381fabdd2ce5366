using System.Globalization;
using System.Text.RegularExpressions;
using Dashboard.Clusters;
using Dashboard.Localization;
using Dashboard.Monitoring;
using Dashboard.Security.Identity;
using Wire;

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
