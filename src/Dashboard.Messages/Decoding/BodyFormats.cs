namespace Dashboard.Messages.Decoding;

/// <summary>How bytes were read, in the words of REST.</summary>
public static class BodyFormats
{
    public const string Json = "json", Text = "utf8", Hex = "hex";
}
