using System.Text.RegularExpressions;

namespace Architecture.Tests;

/// <summary>The style sheets hold what pages use: a class that no page, code behind or script names is taken out.</summary>
public sealed partial class StyleSheetTests
{
    /// <summary>
    /// Of classes that are put together at run time ("g-" and the name of a glyph), and of those that MudBlazor gives its elements.
    /// </summary>
    static readonly string[] composed = ["g-", "mud-"];

    [Fact]
    public void Each_class_of_a_style_sheet_is_used()
    {
        var used = Repository.Files("src/Dashboard", ".razor", ".cs").SelectMany(ClassesIn)
            .Concat(Repository.Files("wwwroot/js", ".js").SelectMany(path => Words(File.ReadAllText(path))))
            .ToHashSet();
        var defined = Repository.Files("wwwroot/css", ".css").SelectMany(DefinedIn).ToHashSet();
        Assert.Contains("panel", defined);
        Assert.Empty(defined.Where(name => !used.Contains(name) && !composed.Any(name.StartsWith)).Order());
    }

    /// <summary>What is in these attributes is in the reader's language: a rule for "State" is none on a Chinese page.</summary>
    [Fact]
    public void No_rule_depends_on_words_of_one_language() =>
        Assert.Empty(Repository.Files("wwwroot/css", ".css")
            .SelectMany(path => WordsChosen().Matches(File.ReadAllText(path)).Select(found => $"{path}: {found.Value}")));

    static IEnumerable<string> DefinedIn(string path) =>
        from selectors in Selectors().Matches(Comment().Replace(File.ReadAllText(path), ""))
        from name in ClassName().Matches(Quoted().Replace(selectors.Value, ""))
        select name.Groups[1].Value;

    /// <summary>Words in attributes that name classes, and in strings of nothing but such words.</summary>
    static IEnumerable<string> ClassesIn(string path)
    {
        var text = CommentLine().Replace(File.ReadAllText(path), "");
        return ClassAttribute().Matches(text).Concat(Literal().Matches(text)).SelectMany(match => Words(match.Groups[1].Value));
    }

    static IEnumerable<string> Words(string text) => Word().Matches(text).Select(word => word.Value);

    [GeneratedRegex(@"/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"[^{}]+(?=\{)")]
    private static partial Regex Selectors();

    [GeneratedRegex(@"\[(?:data-l|aria-label|title|placeholder|alt)[~|^$*]?=[^\]]*")]
    private static partial Regex WordsChosen();

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\.([A-Za-z_][\w-]*)")]
    private static partial Regex ClassName();

    [GeneratedRegex(@"^\s*//.*$|@\*.*?\*@", RegexOptions.Multiline)]
    private static partial Regex CommentLine();

    /// <summary>Up to its closing quote: expressions within have quotes of their own, in brackets.</summary>
    [GeneratedRegex(
        """\b(?:class|Css|ActiveClass)=\\?"((?:[^"\\@]|"""
        + """@\((?:[^()"]|"[^"]*"|\((?:[^()"]|"[^"]*")*\))*\)|"""
        + """@[\w.]+(?:\([^)]*\))?)*)""")]
    private static partial Regex ClassAttribute();

    [GeneratedRegex("\"((?:is-)?[a-z][a-z0-9 -]*)\"")]
    private static partial Regex Literal();

    [GeneratedRegex(@"[\w-]+")]
    private static partial Regex Word();
}
