namespace Kafka.Broker.Configuration;

/// <summary>SecurityProtocol's numbers in UpdateMetadata.</summary>
static class SecurityProtocols
{
    public const string Plaintext = "PLAINTEXT";

    static readonly string[] names = [Plaintext, "SSL", "SASL_PLAINTEXT", "SASL_SSL"];

    public static bool IsKnown(string name) => names.Contains(name);

    public static short Number(string name) => (short)Math.Max(0, Array.IndexOf(names, name));

    public static string Name(short number) => number >= 0 && number < names.Length ? names[number] : Plaintext;
}
