using System.Text;
using Dashboard.Messages.Decoding;

namespace Dashboard.Messages.Tests.Decoding;

public sealed class PlainDecoderTests
{
    [Theory]
    [InlineData("{\"a\": 1}", BodyFormats.Json)]
    [InlineData(" [1, 2]", BodyFormats.Json)]
    [InlineData("{\"a\": ", BodyFormats.Text)]
    [InlineData("42", BodyFormats.Text)]
    [InlineData("", BodyFormats.Text)]
    public void Text_is_json_where_it_is_a_structure(string text, string format)
    {
        var body = PlainDecoder.Of(Encoding.UTF8.GetBytes(text));
        Assert.Equal(format, body.Format);
        Assert.Equal(text, body.Text);
        Assert.Equal(format == BodyFormats.Json, body.Json is not null);
    }

    [Fact]
    public void What_is_no_text_is_hexadecimal()
    {
        var body = PlainDecoder.Of(new byte[] { 0xff, 0x00, 0x41 });
        Assert.Equal((BodyFormats.Hex, "ff0041"), (body.Format, body.Text));
    }
}
