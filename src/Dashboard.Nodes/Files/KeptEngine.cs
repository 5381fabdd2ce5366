using System.Text.Json;
using Wire;
using Wire.Files;

namespace Dashboard.Nodes.Files;

/// <summary>
/// What a data directory is of, kept in <c>engine.json</c>: another engine or mode would find files that it cannot read, or worse, can. A
/// write failure is an <see cref="IOException"/> at start, and leaves the file as it was.
/// </summary>
/// <param name="ClusterId">KRaft: what the nodes' storage is formatted with; else null.</param>
/// <param name="Controllers">KRaft: votes of the quorum; else 0.</param>
/// <param name="Combined">KRaft: the first brokers are the controllers.</param>
sealed record KeptEngine(EngineKind Engine, HostedMode Mode, string? ClusterId = null, int Controllers = 0, bool Combined = false)
{
    const string FileName = "engine.json";

    /// <summary>What is there; null when there is nothing yet. Data without the file is of the time when there was one engine.</summary>
    /// <exception cref="HostingException">The file cannot be understood.</exception>
    public static KeptEngine? Load(string directory)
    {
        var file = Path.Combine(directory, FileName);
        try
        {
            return File.Exists(file)
                ? JsonSerializer.Deserialize(File.ReadAllText(file), KeptJson.Default.KeptEngine) ?? throw new JsonException("it is empty")
                : File.Exists(Path.Combine(directory, "zk1", "zoo.cfg")) ? new KeptEngine(EngineKind.Embedded, HostedMode.ZooKeeper)
                : null;
        }
        catch (JsonException e)
        {
            throw new HostingException(CodedText.Of(
                "FileNotUnderstood", $"{file} cannot be understood ({e.Message}). Mend it, or choose another directory with --data DIR."));
        }
    }

    /// <exception cref="HostingException">The data is of something else: says how to start with it.</exception>
    public static void RequireSame(HostingOptions options, KeptEngine? kept)
    {
        const string other = "or choose another directory with --data DIR.";
        var wanted = options.Apache is null ? EngineKind.Embedded : EngineKind.Apache;
        if (kept is not null && kept.Engine != wanted)
        {
            throw new HostingException(wanted == EngineKind.Apache
                ? $"{options.DataDirectory} holds the data of Castellan's own nodes, which Apache's processes are not let loose on. "
                    + $"Start without --engine apache, {other}"
                : $"{options.DataDirectory} holds the data of Apache's processes. Start with --engine apache --kafka-home DIR, {other}");
        }

        if (kept is not null && options.Apache?.Mode is { } mode && mode != kept.Mode)
        {
            throw new HostingException(
                $"{options.DataDirectory} holds the data of a cluster in {kept.Mode} mode. "
                + $"Start with --mode {kept.Mode.ToString().ToLowerInvariant()}, {other}");
        }
    }

    /// <summary>What is kept from now on.</summary>
    /// <param name="brokers">How many there are.</param>
    /// <exception cref="HostingException">What was asked for does not fit what is there.</exception>
    public static KeptEngine Settle(HostingOptions options, HostedEngine engine, KeptEngine? kept, int brokers)
    {
        if (engine.Mode != HostedMode.KRaft)
        {
            return new KeptEngine(engine.Kind, engine.Mode);
        }

        if (options.CoordinatorSettings.Count > 0)
        {
            throw new HostingException("--coordinator-config: a cluster in KRaft mode has no coordinators; use --broker-config.");
        }

        var asked = options.Apache!;
        if (kept is null)
        {
            var usual = asked.Combined ? Math.Min(ApacheOptions.UsualControllers, brokers) : ApacheOptions.UsualControllers;
            return new KeptEngine(engine.Kind, engine.Mode, NewClusterId(), asked.Controllers ?? usual, asked.Combined);
        }

        // "combined" can only be asked for, not asked against: left out, it is as the data has it
        var fits = (asked.Controllers ?? kept.Controllers) == kept.Controllers && (!asked.Combined || kept.Combined);
        return fits ? kept : throw new HostingException(
            $"{options.DataDirectory} holds the data of {kept.Controllers} controllers"
            + $"{(kept.Combined ? " that are brokers as well" : " that are processes of their own")}, and the quorum stays with the data. "
            + $"Start with --controllers {kept.Controllers}{(kept.Combined ? " --combined" : ", without --combined")}, "
            + "or choose another directory with --data DIR.");
    }

    public void Save(string directory) => Disk.Instance.WriteWhole(
        Path.Combine(directory, FileName), JsonSerializer.SerializeToUtf8Bytes(this, KeptJson.Default.KeptEngine));

    /// <summary>As Kafka writes its ids: 16 bytes in base64 for addresses. One that begins with a dash would be an option.</summary>
    static string NewClusterId()
    {
        while (true)
        {
            var id = System.Buffers.Text.Base64Url.EncodeToString(Guid.NewGuid().ToByteArray());
            if (id[0] != '-')
            {
                return id;
            }
        }
    }
}
