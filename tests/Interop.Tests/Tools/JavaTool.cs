using Interop.Tests.Support;
using Testing;

namespace Interop.Tests.Tools;

/// <summary>Apache's own command line tools. Each call is a JVM of its own: a second or two.</summary>
static class JavaTool
{
    static readonly string[] quick =
    [
        "KAFKA_HEAP_OPTS=-Xmx128m -XX:TieredStopAtLevel=1",
        "CLIENT_JVMFLAGS=-Xmx128m -XX:TieredStopAtLevel=1",
    ];
    static readonly TimeSpan limit = TimeSpan.FromSeconds(120);

    /// <summary>Skips the running test where KAFKA_HOME or Java is missing.</summary>
    public static void RequireKafka()
    {
        External.Require("KAFKA_HOME");
        External.RequireProgram("java");
    }

    /// <summary>
    /// Runs a tool of KAFKA_HOME against our brokers. These tools exit 0 on many failures: what they printed is what counts.
    /// </summary>
    public static async Task<string> RunAsync(HostedCluster cluster, string tool, params string[] arguments)
    {
        var path = Path.Combine(External.KafkaHome!, "bin", tool);
        var result = await TryAsync(path, ["--bootstrap-server", cluster.Bootstrap, .. arguments]);
        Assert.True(result.ExitCode == 0 && IsClean(result), $"{tool} {string.Join(' ', arguments)}: {result}\n{cluster.LogTail()}");
        return result.Output;
    }

    public static Task<ProgramResult> TryAsync(string path, IEnumerable<string> arguments, string? input = null) =>
        External.RunAsync("/usr/bin/env", [.. quick, path, .. arguments], input, limit);

    /// <summary>Neither an error nor a warning of the Kafka client; a missing log configuration is no fault of ours.</summary>
    public static bool IsClean(ProgramResult result) =>
        !result.ToString().Split('\n').Any(line =>
            line.Contains("ERROR", StringComparison.Ordinal) || line.Contains("Exception", StringComparison.Ordinal));
}
