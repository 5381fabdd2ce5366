using System.Text;
using System.Text.Json;
using Testing;

namespace Wire.Tests;

/// <summary>
/// Read as java.util.Properties reads: what it made of each text is in JavaProperties/expected.json, which
/// JavaProperties/Expected.java printed.
/// </summary>
public sealed class PropertiesTests
{
    public static TheoryData<string, Dictionary<string, string>?> Cases()
    {
        var expected = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "JavaProperties", "expected.json"));
        return [.. JsonSerializer.Deserialize<Case[]>(expected, JsonSerializerOptions.Web)!.Select(c => (c.Text, c.Entries))];
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_text_is_read_as_Java_reads_it(string text, Dictionary<string, string>? expected)
    {
        if (expected is null)
        {
            Assert.Throws<PropertiesException>(() => Properties.Parse(Lines(text)));
            return;
        }

        var read = new Dictionary<string, string>();
        foreach (var property in Properties.Parse(Lines(text)))
        {
            read[property.Key] = property.Value;
        }

        Assert.Equal(expected, read);
    }

    [Fact]
    public void Each_entry_knows_the_first_line_it_stands_on() =>
        Assert.Equal(
            [("a", 2), ("b", 4), ("c", 8), ("a", 10)],
            Properties.Parse(["# comment", "a=1", "", "b=x\\", "  y\\", "  z", "! c=0", "c", "", "a=2"])
                .Select(property => (property.Key, property.Line)));

    [Fact]
    public void A_mistake_is_told_with_its_line()
    {
        var refused = Assert.Throws<PropertiesException>(() => Properties.Parse(["a=1", "b=\\", "  C:\\users"]));
        Assert.Equal(2, refused.Line);
        Assert.Contains("\\user", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Java's trim, as both servers apply it: not the no-break space, but every control character.</summary>
    [Theory]
    [InlineData(" 1 \t", "1")]
    [InlineData("\u00011\u001f", "1")]
    [InlineData("1\u00a0", "1\u00a0")]
    [InlineData("   ", "")]
    public void Values_are_trimmed_as_Java_trims(string value, string trimmed) =>
        Assert.Equal(trimmed, new Property("a", value, 1).Trimmed);

    [Theory]
    [InlineData("utf-8", "caf\u00e9 \u6570\u636e")]
    [InlineData("utf-8 with its mark", "caf\u00e9")]
    [InlineData("utf-16", "caf\u00e9 \u6570\u636e")]
    [InlineData("utf-16 from its other end", "caf\u00e9")]
    [InlineData("iso-8859-1", "caf\u00e9")]
    public void A_file_is_read_in_the_encoding_it_has(string encoding, string value)
    {
        using var directory = new TempDirectory();
        var chosen = encoding switch
        {
            "iso-8859-1" => Encoding.Latin1,
            "utf-16" => Encoding.Unicode,
            "utf-16 from its other end" => Encoding.BigEndianUnicode,
            _ => new UTF8Encoding(encoding.EndsWith("mark", StringComparison.Ordinal)),
        };
        File.WriteAllBytes(directory["a.properties"], [.. chosen.GetPreamble(), .. chosen.GetBytes($"rack={value}\r\nid=1\r")]);
        Assert.Equal([new("rack", value, 1), new("id", "1", 2)], Properties.Parse(Properties.ReadLines(directory["a.properties"])));
    }

    [Theory]
    [InlineData("a", "plain")]
    [InlineData("a b:c=d", " leading and trailing ")]
    [InlineData("#a", "C:\\tmp\\x=y#z!")]
    [InlineData("!a\\", "two\nlines\tand\fmore\r")]
    [InlineData("\u6570", "caf\u00e9 \ud83d\ude00 \u0000")]
    public void A_line_that_was_written_is_read_back(string key, string value)
    {
        var line = Properties.Line(key, value);
        Assert.All(line, c => Assert.InRange(c, ' ', '~'));
        Assert.Equal([new(key, value, 1)], Properties.Parse([line]));
    }

    static IEnumerable<string> Lines(string text)
    {
        using var reader = new StringReader(text);
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }

    sealed record Case(string Text, Dictionary<string, string>? Entries);
}
