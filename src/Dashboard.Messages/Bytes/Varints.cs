namespace Dashboard.Messages.Bytes;

/// <summary>Numbers in groups of 7 bits, least significant first.</summary>
static class Varints
{
    public static void Write(ulong value, Stream output)
    {
        for (; value >= 0x80; value >>= 7)
        {
            output.WriteByte((byte)(value | 0x80));
        }

        output.WriteByte((byte)value);
    }
}
