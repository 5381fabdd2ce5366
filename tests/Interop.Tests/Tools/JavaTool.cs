using Interop.Tests.Support;
using Testing;

namespace Interop.Tests.Tools;

/// <summary>Apache's own command line tools. Each call is a JVM of its own.</summary>
static class JavaTool
{
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
        var result = await TryAsync(tool, ["--bootstrap-server", cluster.Bootstrap, .. arguments]);
        Assert.True(result.ExitCode == 0 && IsClean(result), $"{tool} {string.Join(' ', arguments)}: {result}\n{cluster.LogTail()}");
        return result.Output;
    }

    public static Task<ProgramResult> TryAsync(string tool, params string[] arguments) =>
        External.KafkaToolAsync(External.KafkaHome!, tool, arguments, deadline: limit);

    /// <summary>Neither an error nor a warning of the Kafka client; a missing log configuration is no fault of ours.</summary>
    public static bool IsClean(ProgramResult result) =>
        !result.ToString().Split('\n').Any(line =>
            line.Contains("ERROR", StringComparison.Ordinal) || line.Contains("Exception", StringComparison.Ordinal));
}
