using System.Text.Json;

namespace Wire.Tests;

public sealed class CodedTextTests
{
    [Fact]
    public void A_sentence_keeps_what_stands_in_its_places()
    {
        var inner = CodedText.Of("NeedsJava", $"Kafka {"4.3"} needs Java {17} or later");
        var whole = CodedText.Of("NoJava", $"Java was not found. {inner}: install one.");
        Assert.Equal("Java was not found. Kafka 4.3 needs Java 17 or later: install one.", whole.English);
        Assert.Equal([inner], whole.Arguments);
        Assert.Equal(["4.3", 17], inner.Arguments);
    }

    [Fact]
    public void What_is_kept_in_a_file_says_the_same_when_it_is_read()
    {
        var told = CodedText.Of("wrongRow", $"Line {1234}: {CodedText.Of("notJson", $"It is no JSON.")}");
        var read = JsonSerializer.Deserialize<CodedText>(JsonSerializer.Serialize(told))!;
        Assert.Equal(("wrongRow", "Line 1234: It is no JSON.", "1234"), (read.Code, read.English, read.Arguments[0]));
        var inner = Assert.IsType<CodedText>(read.Arguments[1]);
        Assert.Equal(("notJson", "It is no JSON."), (inner.Code, inner.English));
        Assert.Empty(inner.Arguments);
    }

    [Theory]
    [InlineData("\"text\"")]
    [InlineData("{\"code\": \"x\"}")]
    [InlineData("{\"code\": \"x\", \"words\": \"y\", \"arguments\": {}}")]
    public void What_is_no_sentence_is_not_read_as_one(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<CodedText>(json));
}
