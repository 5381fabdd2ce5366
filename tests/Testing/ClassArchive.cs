using System.Diagnostics;

namespace Testing;

/// <summary>
/// The classes of a distribution of Kafka as the JVM keeps them (application class data sharing), so that each start need not read, check
/// and link them anew. Made by the first test of a machine that asks, among its temporary files. Where it cannot be made nothing is lost
/// but time.
/// </summary>
static class ClassArchive
{
    public const string Broker = "broker", Tools = "tools";

    static readonly SemaphoreSlim making = new(1);
    static readonly TimeSpan limit = TimeSpan.FromSeconds(60);

    /// <summary>The JVM's option that names the archive; empty when there is none.</summary>
    public static async Task<string> OptionAsync(string home, string name)
    {
        var archive = FileOf(home, name);
        if (!File.Exists(archive))
        {
            await making.WaitAsync();
            try
            {
                if (!File.Exists(archive))
                {
                    await MakeAsync(home);
                }
            }
            finally
            {
                making.Release();
            }
        }

        return File.Exists(archive) ? $"-XX:SharedArchiveFile={archive} -Xshare:auto -Xlog:disable -Xlog:all=error:stderr" : "";
    }

    static string FileOf(string home, string name) =>
        Path.Combine(Path.GetTempPath(), $"castellan-{Path.GetFileName(Path.TrimEndingDirectorySeparator(home))}-{name}.jsa");

    /// <summary>A broker that is its own controller is asked by a tool; each of both writes what it loaded when it ends.</summary>
    static async Task MakeAsync(string home)
    {
        using var directory = new TempDirectory();
        var port = FreePorts.Take(2);
        await File.WriteAllLinesAsync(directory["server.properties"], Settings(port[0], port[1], directory["data"]));
        string[] format = ["format", "-t", "MkU3OEVBNTcwNTJENDM2Qg", "-c", directory["server.properties"]];
        await External.RunAsync(Path.Combine(home, "bin", "kafka-storage.sh"), format);
        var start = new ProcessStartInfo(Path.Combine(home, "bin", "kafka-server-start.sh"), [directory["server.properties"]])
        {
            RedirectStandardOutput = true,
        };
        foreach (var (variable, value) in Writing(directory[Broker]))
        {
            start.Environment[variable] = value;
        }

        start.Environment["LOG_DIR"] = directory["logs"];
        using var broker = Process.Start(start)!;
        broker.BeginOutputReadLine();
        var began = Stopwatch.StartNew();
        while (FreePorts.IsFree(port[0]) && !broker.HasExited && began.Elapsed < limit)
        {
            await Task.Delay(100);
        }

        string[] create = ["--bootstrap-server", $"127.0.0.1:{port[0]}", "--create", "--topic", "classes"];
        await External.RunAsync(Path.Combine(home, "bin", "kafka-topics.sh"), create, environment: Writing(directory[Tools]));
        await broker.TerminateAsync();
        if (await broker.EndsWithinAsync(limit))
        {
            Publish(directory[Broker], FileOf(home, Broker));
            Publish(directory[Tools], FileOf(home, Tools));
        }
    }

    static Dictionary<string, string> Writing(string archive) => Jvm.With($"-Xmx256M -XX:ArchiveClassesAtExit={archive} -Xlog:disable");

    static string[] Settings(int broker, int controller, string data) =>
    [
        "node.id=1",
        "process.roles=broker,controller",
        $"controller.quorum.voters=1@127.0.0.1:{controller}",
        "controller.listener.names=CONTROLLER",
        $"listeners=PLAINTEXT://127.0.0.1:{broker},CONTROLLER://127.0.0.1:{controller}",
        "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        $"log.dirs={data}",
    ];

    /// <summary>Only whole ones stand under the name: another program may make the same at the same time.</summary>
    static void Publish(string made, string archive)
    {
        if (File.Exists(made))
        {
            var beside = $"{archive}.{Environment.ProcessId}";
            File.Copy(made, beside, overwrite: true);
            File.Move(beside, archive, overwrite: true);
        }
    }
}
