using System.Text;
using Dashboard.Components.Foundation.Bodies;

namespace Dashboard.Tests.Components.Foundation;

/// <summary>Bytes that nobody described, as something to read.</summary>
public sealed class BodyTests
{
    [Theory]
    [InlineData("""{"note":"range [ 1, 2 ] and box [  ] and [ e ]"}""", "{\n  \"note\": \"range [ 1, 2 ] and box [  ] and [ e ]\"\n}")]
    [InlineData(
        """{"big":12345678901234567890123,"dec":1.10,"exp":1E+400,"dup":1,"dup":2}""",
        "{\n  \"big\": 12345678901234567890123,\n  \"dec\": 1.10,\n  \"exp\": 1E+400,\n  \"dup\": 1,\n  \"dup\": 2\n}")]
    [InlineData("""{"esc":"\u00e9 \/ \"{,}\" \\"}""", "{\n  \"esc\": \"\\u00e9 \\/ \\\"{,}\\\" \\\\\"\n}")]
    [InlineData("""[ [1,2] , [ ], {}, { } ]""", "[\n  [1, 2],\n  [],\n  {},\n  {}\n]")]
    [InlineData("""  {"lead":"space"}  """, "{\n  \"lead\": \"space\"\n}")]
    [InlineData("""["[ 5 ]"]""", "[\n  \"[ 5 ]\"\n]")]
    public void JSON_is_laid_out_and_no_token_of_it_is_touched(string json, string laidOut)
    {
        var shown = Of(json);
        Assert.Equal((BodyForm.Json, laidOut), (shown.Form, shown.Text));
        Assert.Equal(Tokens(json), Tokens(shown.Text));
    }

    [Theory]
    [InlineData("""{"broken": """)]
    [InlineData("""{"a":1}}""")]
    [InlineData("""[1,]""")]
    [InlineData("\"just a string\"")]
    [InlineData("123")]
    [InlineData("{ not json }")]
    public void What_is_no_JSON_object_or_array_is_shown_as_it_is(string text)
    {
        var shown = Of(text);
        Assert.Equal((BodyForm.Text, text), (shown.Form, shown.Text));
    }

    [Fact]
    public void Deep_nesting_is_laid_out()
    {
        var shown = Of(new string('[', 900) + new string(']', 900));
        Assert.Equal(BodyForm.Json, shown.Form);
        Assert.Equal(899 * 2 + 1, shown.Text.Split('\n').Length);
    }

    [Fact]
    public void A_long_array_of_numbers_takes_several_lines() =>
        Assert.Equal(102, Of("[" + string.Join(",", Enumerable.Range(0, 100)) + "]").Text.Split('\n').Length);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_value_that_is_cut_within_a_character_stays_text(int shift)
    {
        var whole = Encoding.UTF8.GetBytes(new string(' ', shift) + """{"text":"配置中心配置中心😀😀"}""");
        for (var length = 12; length < whole.Length; length++)
        {
            var shown = Body.Of(whole.AsSpan(0, length), isCut: true);
            Assert.Equal(BodyForm.Json, shown.Form);
            Assert.DoesNotContain("\\x", shown.Text, StringComparison.Ordinal);
            Assert.Empty(shown.Notes);
        }
    }

    [Fact]
    public void Other_encodings_are_read_and_named()
    {
        Assert.Equal((BodyForm.Json, "Body_Bom"), Named([0xef, 0xbb, 0xbf, .. "{\"bom\":true}"u8]));
        Assert.Equal("UTF16 текст", Body.Of([0xff, 0xfe, .. Encoding.Unicode.GetBytes("UTF16 текст")]).Text);
        Assert.Equal("UTF16 текст", Body.Of([0xfe, 0xff, .. Encoding.BigEndianUnicode.GetBytes("UTF16 текст")]).Text);
        var latin = Body.Of(Encoding.Latin1.GetBytes("latin é"));
        Assert.Equal((BodyForm.Text, "latin \\xE9"), (latin.Form, latin.Text));
        Assert.Equal(["Body_NotAllUtf8"], latin.Notes);

        static (BodyForm, string) Named(byte[] bytes) => (Body.Of(bytes).Form, Body.Of(bytes).Notes.Single());
    }

    [Fact]
    public void What_would_hide_or_turn_text_is_made_visible()
    {
        var shown = Of("\u202eabc\u0007 bell, and on");
        Assert.Equal("⟨U+202E⟩abc⟨U+0007⟩ bell, and on", shown.Text);
        Assert.Equal(["Body_Marks"], shown.Notes);
        Assert.Empty(Of("line\r\nnext\tone").Notes);
        Assert.Contains("⟨U+202E⟩", Body.Short([.. Encoding.UTF8.GetBytes("\u202eabc and on")], 40), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 0, 0, 42, 2, 16, 97, 118, 114, 111 })]
    [InlineData(new byte[] { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 0xff })]
    [InlineData(new byte[] { 0xff, 0xfe, 0x00, 0xd8 })]
    public void What_is_no_text_is_hexadecimal(byte[] bytes)
    {
        Assert.Equal(BodyForm.Hex, Body.Of(bytes).Form);
        Assert.StartsWith(Convert.ToHexStringLower(bytes), Body.Short([.. bytes], 40), StringComparison.Ordinal);
    }

    [Fact]
    public void One_line_is_cut_between_characters()
    {
        var emoji = Body.Short([.. Encoding.UTF8.GetBytes(new string('a', 199) + string.Concat(Enumerable.Repeat("😀", 10)))], 200);
        Assert.Equal(new string('a', 199) + "…", emoji);
        var all = Body.Short([.. Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("😀", 150)))], 200);
        Assert.Equal(300, all.Length);
    }

    [Fact]
    public void An_empty_value_is_not_a_missing_one()
    {
        Assert.Equal("", Body.Short([], 40));
        Assert.Equal("–", Body.Short(null, 40));
        Assert.Equal((BodyForm.Text, ""), (Of("").Form, Of("").Text));
    }

    static BodyText Of(string text) => Body.Of(Encoding.UTF8.GetBytes(text));

    /// <summary>The text without the white space between its strings.</summary>
    static string Tokens(string json)
    {
        var kept = new StringBuilder();
        var inString = false;
        for (var i = 0; i < json.Length; i++)
        {
            if (inString && json[i] == '\\')
            {
                kept.Append(json[i++]).Append(json[i]);
                continue;
            }

            inString ^= json[i] == '"';
            if (inString || !char.IsWhiteSpace(json[i]))
            {
                kept.Append(json[i]);
            }
        }

        return kept.ToString();
    }
}
