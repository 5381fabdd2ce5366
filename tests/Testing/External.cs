using System.Diagnostics;

namespace Testing;

/// <summary>Programs nobody here wrote. A test that needs one that is missing is skipped and says which.</summary>
public static class External
{
    /// <summary>Apache Kafka 3.9 with ZooKeeper mode, or null.</summary>
    public static string? KafkaHome => Home("KAFKA_HOME");

    /// <summary>Apache Kafka 4 (KRaft only), or null.</summary>
    public static string? KafkaKRaftHome => Home("KAFKA_KRAFT_HOME");

    /// <summary>Apache ZooKeeper 3.9, or null.</summary>
    public static string? ZooKeeperHome => Home("ZOOKEEPER_HOME");

    /// <summary>A folder of Python wheels of today's clients, or null.</summary>
    public static string? PythonClients => Home("PYTHON_CLIENTS");

    /// <summary>Skips the running test unless the directory of the variable exists.</summary>
    public static string Require(string variable) =>
        Home(variable) ?? throw Xunit.Sdk.SkipException.ForSkip($"{variable} names no directory");

    /// <summary>Skips the running test unless the program is on the PATH.</summary>
    public static string RequireProgram(string name) =>
        FindProgram(name) ?? throw Xunit.Sdk.SkipException.ForSkip($"{name} is not installed");

    public static string? FindProgram(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Select(directory => Path.Combine(directory, name))
            .FirstOrDefault(File.Exists);

    /// <summary>One of the tools of a distribution of Kafka: kafka-topics.sh …</summary>
    public static async Task<ProgramResult> KafkaToolAsync(
        string home, string tool, IEnumerable<string> arguments, string? input = null, TimeSpan? deadline = null) =>
        await RunAsync(Path.Combine(home, "bin", tool), arguments, input, deadline, await Jvm.ToolAsync(home));

    /// <summary>Runs a program to its end and returns its exit code and both outputs; killed at the deadline (60 s by default).</summary>
    /// <param name="environment">Beside what it has from this program.</param>
    public static async Task<ProgramResult> RunAsync(
        string file, IEnumerable<string> arguments, string? input = null, TimeSpan? deadline = null,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var (variable, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[variable] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input ?? "");
        process.StandardInput.Close();
        return await process.EndsWithinAsync(deadline ?? TimeSpan.FromSeconds(60))
            ? new ProgramResult(process.ExitCode, await output, await error)
            : new ProgramResult(-1, await output, $"killed at its deadline\n{await error}");
    }

    static string? Home(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } path && Directory.Exists(path) ? path : null;
}

public sealed record ProgramResult(int ExitCode, string Output, string Error)
{
    public override string ToString() => $"exit code {ExitCode}\n{Output}\n{Error}";
}
