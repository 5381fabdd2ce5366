using System.Diagnostics;
using Runner;

// Runs the test projects that were built, all tests or those that a filter of dotnet test names:  Runner ROOT CONFIGURATION [FILTER]
// What failed is run once more in CI. Everything but the last line goes to standard error.

// These compute, move their clock by hand or talk to scripted servers: they may run beside each other and beside the check of the
// formatting, the longest first.
string[] unhurried =
[
    "Dashboard.Monitoring", "Dashboard.Messages", "Kafka.Protocol", "Simulation", "Wire.Generator", "Wire", "ZooKeeper.Protocol",
];

// These mostly wait for what they ask, in deadlines that are long: two at a time. A browser and the programs it looks at keep less than a
// processor busy, for as long as all others of these together.
string[] waiting = ["Browser", "ZooKeeper.Client", "Kafka.Client", "Architecture", "Dashboard.Nodes"];

// These start nodes and programs whose heartbeats and sessions have deadlines. The first mostly waits for Java: the others run beside it,
// one after the other.
string[] besideJava = ["Interop", "Kafka.Broker", "ZooKeeper.Server"];

// What is left has the machine to itself.

var (root, configuration) = (args[0], args[1]);
string[] filter = args.Length > 2 && args[2].Length > 0 ? ["--filter", args[2]] : [];
var inCi = Environment.GetEnvironmentVariable("CI") is { Length: > 0 };
var excuses = new Excuses(File.ReadLines(Path.Combine(root, "eng", "flaky.txt")));
var verdicts = new List<Verdict>();

var projects = Directory.GetDirectories(Path.Combine(root, "tests"), "*.Tests").Order(StringComparer.Ordinal)
    .Select(folder => Path.GetFileName(folder))
    .Select(name => new TestProject(name, root, Path.Combine("tests", name, "bin", configuration, "net10.0", name + ".dll")))
    .ToList();
var alone = projects.ExceptBy([.. unhurried, .. waiting, .. besideJava], Short);
await TwoAtATimeAsync(unhurried);
await EndOfOthersAsync();
await TwoAtATimeAsync(waiting);
await TwoAtATimeAsync(besideJava);
foreach (var project in alone)
{
    await JudgeAsync(project);
}

var total = Total.Of(verdicts);
Tell("Passed only when run once more", total.Again);
Tell("Not in eng/flaky.txt, and so counted as failed", total.Counted);
Tell("Did not run to the end", verdicts.Where(verdict => verdict.IsBroken).Select(verdict => verdict.Project));
Console.WriteLine($"{total.Passed} passed, {total.Failed} failed, {total.Skipped} skipped");
return total.Failed > 0 ? 1 : 0;

static string Short(TestProject project) => project.Name[..^".Tests".Length];

Task TwoAtATimeAsync(string[] names) => Parallel.ForEachAsync(
    projects.Where(project => names.Contains(Short(project))).OrderBy(project => Array.IndexOf(names, Short(project))),
    new ParallelOptions { MaxDegreeOfParallelism = 2 },
    async (project, _) => await JudgeAsync(project));

async Task JudgeAsync(TestProject project)
{
    var began = Stopwatch.GetTimestamp();
    var first = await project.RunAsync(filter);
    Run? second = null;
    if (inCi && !first.IsGreen)
    {
        string[] failed = [.. first.Failures.Select(failure => failure.Method).Distinct()];
        second = await project.RunAsync(failed is [] ? filter : ["--filter-method", .. failed]);
    }

    var verdict = second is null ? Verdict.Of(project.Name, first) : Verdict.Of(project.Name, first, second, excuses);
    var seconds = (int)Stopwatch.GetElapsedTime(began).TotalSeconds;
    lock (verdicts)
    {
        verdicts.Add(verdict);
        Transcript.Write(Console.Error, verdict, first, second, seconds);
    }
}

// CASTELLAN_BESIDE: the id of a process that works beside the first of the tests
static async Task EndOfOthersAsync()
{
    if (int.TryParse(Environment.GetEnvironmentVariable("CASTELLAN_BESIDE"), out var id))
    {
        try
        {
            using var other = Process.GetProcessById(id);
            await other.WaitForExitAsync();
        }
        catch (ArgumentException)
        {
            // it has ended
        }
    }
}

static void Tell(string what, IEnumerable<string> names)
{
    if (string.Join(' ', names) is { Length: > 0 } list)
    {
        Console.Error.WriteLine($"{what}: {list}");
    }
}
