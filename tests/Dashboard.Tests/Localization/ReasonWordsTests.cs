using System.Globalization;
using System.Text.RegularExpressions;
using Dashboard.Localization;
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
            .Select(one => (Code: one.Groups[1].Value, Words: string.Concat(one.Groups[2].Captures.Select(c => Regex.Unescape(c.Value)))))
            .ToList();
        Assert.InRange(given.Count, 40, 200);
        foreach (var (code, words) in given)
        {
            Assert.Equal(words.Replace("{{", "{").Replace("}}", "}"), text.Table("en")[$"Said_{code}"].Replace("#}", "}"));
            Assert.Contains($"Said_{code}", text.Table("zh-Hans").Keys);
        }
    }

    [Fact]
    public void A_reason_is_told_with_its_cause_and_what_has_no_code_as_it_is()
    {
        var row = CodedText.Format("wrongRow", "Line {0}: {1}", 7, CodedText.Format("notJson", "It is no JSON."));
        var foreign = CodedText.Format("unread", "{0} cannot be read: {1}", "orders-3", CodedText.Plain("disk on fire"));
        Assert.Equal(("Line 7: It is no JSON.", null), (row.English, ReasonWords.Of(text, row)));
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-Hans");
        Assert.Equal("第 7 行：此行不是 JSON。 请跳过有误的行，或修正文件。", ReasonWords.Of(text, row));
        Assert.Equal("无法读取 orders-3：disk on fire", ReasonWords.Of(text, foreign));
        Assert.Equal(
            $"{text.Meaning("UNKNOWN_TOPIC_OR_PARTITION")}（no such topic）",
            ReasonWords.Of(text, new CodedText("kafka", "…", ["UNKNOWN_TOPIC_OR_PARTITION", "no such topic"])));
        Assert.Equal(
            "a-0 中 offset 5 的记录没有目标：没有消息头 to。",
            ReasonWords.Of(text, CodedText.Format("noTarget", "{0} {1} {2}", "a-0", 5, new CodedText("skip", "…", ["noHeader", "to"]))));
        Assert.Null(ReasonWords.Of(text, CodedText.Plain("something else")));
        Assert.Null(ReasonWords.Of(text, new CodedText("ofALaterVersion", "something new", [])));
        Assert.Null(ReasonWords.Of(text, null));
    }

    [GeneratedRegex("""(?:CodedText\.Format|RowFaultException\.Of)\(\s*"(\w+)",\s*(?:"((?:[^"\\]|\\.)*)"[\s+]*)+""")]
    private static partial Regex Given();
}
