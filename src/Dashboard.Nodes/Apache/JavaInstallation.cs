using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Wire;

namespace Dashboard.Nodes.Apache;

/// <summary>The Java that Apache's servers run on.</summary>
/// <param name="Major">8, 11, 17 …</param>
sealed partial record JavaInstallation(string Program, int Major)
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(20);

    /// <summary>That of JAVA_HOME, or the first on the PATH, asked for its version.</summary>
    /// <param name="wanted">The oldest version that will do.</param>
    /// <param name="by">Who needs it: "Kafka 4.3.0".</param>
    /// <param name="variable">Reads the environment.</param>
    /// <exception cref="HostingException">There is none, or it is too old: says where was looked and what to do.</exception>
    public static JavaInstallation Find(int wanted, string by, Func<string, string?> variable)
    {
        var needs = CodedText.Of("NeedsJava", $"{by} needs Java {wanted} or later");
        var java = Locate(needs, variable);
        var told = VersionOf(java);
        if (MajorOf(told) is not { } major)
        {
            throw new HostingException(CodedText.Of(
                "JavaTellsNothing",
                $"{java} -version does not tell a version: \"{told.Trim()}\". {needs}: set JAVA_HOME to another one."));
        }

        return major >= wanted
            ? new JavaInstallation(java, major)
            : throw new HostingException(CodedText.Of(
                "JavaTooOld", $"{java} is Java {major}. {needs}: install one, and set JAVA_HOME to its directory."));
    }

    public override string ToString() => $"Java {Major} ({Program})";

    /// <summary>Of what java -version prints: 17 of "17.0.15", 8 of "1.8.0_402".</summary>
    public static int? MajorOf(string told) =>
        VersionText.Match(told) is { Success: true } found
            ? int.Parse(found.Groups["major"].Value, CultureInfo.InvariantCulture)
            : null;

    static string Locate(CodedText needs, Func<string, string?> variable)
    {
        if (variable("JAVA_HOME") is { Length: > 0 } home)
        {
            var program = Path.GetFullPath(Path.Combine(home, "bin", "java"));
            // JAVA_HOME wins even where it is wrong: to fall back on another Java in silence would surprise more
            return File.Exists(program)
                ? program
                : throw new HostingException(CodedText.Of(
                    "NoJavaInHome", $"JAVA_HOME is {home}, and there is no {program}. {needs}: set JAVA_HOME to its directory."));
        }

        return (variable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.Combine(directory, "java")).FirstOrDefault(File.Exists)
            ?? throw new HostingException(CodedText.Of(
                "NoJava",
                $"Java was not found: JAVA_HOME is not set, and no directory of PATH has a java. {needs}: install one, "
                + $"or set JAVA_HOME to its directory."));
    }

    /// <summary>Java writes it to standard error.</summary>
    static string VersionOf(string java)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(java, ["-version"])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            })!;
            var told = process.StandardError.ReadToEndAsync();
            if (told.Wait(patience))
            {
                return told.Result;
            }

            process.Kill();
            return "";
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new HostingException(CodedText.Of(
                "JavaCannotRun", $"{java} cannot be run: {e.Message} Set JAVA_HOME to another one."));
        }
    }

    [GeneratedRegex("""version "(1\.)?(?<major>\d+)""")]
    private static partial Regex VersionText { get; }
}
