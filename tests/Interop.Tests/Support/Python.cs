using System.IO.Compression;
using Testing;

namespace Interop.Tests.Support;

/// <summary>Which clients a script imports: Debian's packages, or the wheels of PYTHON_CLIENTS.</summary>
public enum Generation
{
    Debian,
    Today,
}

/// <summary>Python programs over clients that nobody here wrote.</summary>
static class Python
{
    const string Interpreter = "/usr/bin/python3";

    static readonly Lazy<string> wheels = new(Unpack);

    /// <summary>
    /// The environment in which the generation's modules are imported; the running test is skipped, with the reason, where they cannot be.
    /// </summary>
    public static async Task<IReadOnlyDictionary<string, string>> RequireAsync(Generation generation, string module)
    {
        Assert.SkipUnless(File.Exists(Interpreter), $"{Interpreter} is not there");
        var environment = new Dictionary<string, string>
        {
            ["PYTHONDONTWRITEBYTECODE"] = "1",
            ["PYTHONUNBUFFERED"] = "1",
            ["PYTHONWARNINGS"] = "ignore",
        };
        if (generation == Generation.Today)
        {
            External.Require("PYTHON_CLIENTS");
            environment["PYTHONPATH"] = wheels.Value;
        }

        var probe = await External.RunAsync("/usr/bin/env", [.. Assignments(environment), Interpreter, "-c", $"import {module}"]);
        Assert.SkipUnless(probe.ExitCode == 0, $"{generation}: {module} cannot be imported: {probe.Error}");
        return environment;
    }

    /// <summary>Runs a script to its end; what it printed, or a failed assertion with both outputs.</summary>
    public static async Task<string> RunAsync(Generation generation, string module, string script, params string[] arguments)
    {
        var environment = await RequireAsync(generation, module);
        string[] command = [.. Assignments(environment), Interpreter, "-c", script, .. arguments];
        var result = await External.RunAsync("/usr/bin/env", command, deadline: TimeSpan.FromSeconds(120));
        Assert.True(result.ExitCode == 0, result.ToString());
        return result.Output;
    }

    /// <summary>Starts a script to talk with over its standard input and output.</summary>
    public static async Task<Conversation> StartAsync(Generation generation, string module, string script, params string[] arguments)
    {
        var environment = await RequireAsync(generation, module);
        return Conversation.Start("/usr/bin/env", [.. Assignments(environment), Interpreter, "-c", script, .. arguments]);
    }

    static IEnumerable<string> Assignments(IReadOnlyDictionary<string, string> environment) =>
        environment.Select(variable => $"{variable.Key}={variable.Value}");

    /// <summary>
    /// What an installer does with a wheel that is complete in itself: its files, on the path of modules. Removed with the process.
    /// </summary>
    static string Unpack()
    {
        var directory = Directory.CreateTempSubdirectory("castellan-wheels-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(directory, recursive: true);
        foreach (var wheel in Directory.GetFiles(External.PythonClients!, "*.whl"))
        {
            ZipFile.ExtractToDirectory(wheel, directory, overwriteFiles: true);
        }

        return directory;
    }
}
