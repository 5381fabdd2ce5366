using System.Globalization;
using System.Text;
using Wire.Files;

namespace ZooKeeper.Server.Storage;

/// <summary>
/// acceptedEpoch and currentEpoch of dataDir/version-2: a decimal number each. Written beside, fsynced and renamed; a write that fails
/// leaves the old number.
/// </summary>
sealed class EpochFiles(IDisk disk, string directory)
{
    /// <returns>-1 when there is no file.</returns>
    /// <exception cref="InvalidDataException">Not a number.</exception>
    public long Read(string name)
    {
        var path = Path.Combine(directory, name);
        if (!File.Exists(path))
        {
            return -1;
        }

        var text = File.ReadAllText(path).Trim();
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
            ? epoch
            : throw new InvalidDataException($"{path}: \"{text}\" is not an epoch.");
    }

    public void Write(string name, long epoch) =>
        disk.WriteWhole(Path.Combine(directory, name), Encoding.ASCII.GetBytes(epoch.ToString(CultureInfo.InvariantCulture)));
}
