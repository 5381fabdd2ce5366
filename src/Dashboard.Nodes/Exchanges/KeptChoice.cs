using System.Text.Json;
using Dashboard.Nodes.Files;
using Wire.Files;

namespace Dashboard.Nodes.Exchanges;

/// <summary>
/// What was chosen on the Nodes page, kept in <c>hosting.json</c> in the data directory for the next start. A write failure is an
/// <see cref="IOException"/> and leaves the file as it was.
/// </summary>
public static class KeptChoice
{
    public const string FileName = "hosting.json";

    /// <summary>Null: nothing was chosen.</summary>
    /// <exception cref="HostingException">The file cannot be understood.</exception>
    public static EngineChoice? Load(string dataDirectory)
    {
        var file = Path.Combine(dataDirectory, FileName);
        try
        {
            return !File.Exists(file) ? null
                : JsonSerializer.Deserialize(File.ReadAllText(file), KeptJson.Default.EngineChoice)
                    ?? throw new JsonException("it is empty");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new HostingException(
                $"{file} says what is hosted, and cannot be understood ({e.Message}). Mend it, or delete it and choose again.");
        }
    }

    internal static void Save(string dataDirectory, EngineChoice choice) => Disk.Instance.WriteWhole(
        Path.Combine(dataDirectory, FileName), JsonSerializer.SerializeToUtf8Bytes(choice, KeptJson.Default.EngineChoice));
}
