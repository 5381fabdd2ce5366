using System.Collections.Concurrent;
using System.Diagnostics;
using Runner;

// Runs the test projects that were built, all tests or those that a filter of dotnet test names:  Runner ROOT CONFIGURATION [FILTER]
// What failed is run once more in CI, when all others have ended. Everything but the last line goes to standard error.

// Two at a time, in this order: the first mostly waits for Java, so that one after the other of those that compute runs beside it, and then
// those that mostly wait for a browser or for their nodes. The short ones come last, so that no processor is left alone for long at the
// end. A project that is not named here comes after them.
string[] order =
[
    "Interop", "Dashboard.Monitoring", "Kafka.Protocol", "Wire", "Wire.Generator", "Simulation", "ZooKeeper.Protocol", "Dashboard.Messages",
    "Browser", "Dashboard", "Kafka.Broker", "Kafka.Client", "ZooKeeper.Server", "Architecture", "ZooKeeper.Client", "Dashboard.Nodes",
];

var (root, configuration) = (args[0], args[1]);
string[] filter = args.Length > 2 && args[2].Length > 0 ? ["--filter", args[2]] : [];
var inCi = Environment.GetEnvironmentVariable("CI") is { Length: > 0 };
var excuses = new Excuses(File.ReadLines(Path.Combine(root, "eng", "flaky.txt")));
var verdicts = new List<Verdict>();

var projects = Directory.GetDirectories(Path.Combine(root, "tests"), "*.Tests").Order(StringComparer.Ordinal)
    .Select(folder => Path.GetFileName(folder))
    .Select(name => new TestProject(name, root, Path.Combine("tests", name, "bin", configuration, "net10.0", name + ".dll")))
    .ToList();
var failed = new ConcurrentQueue<(TestProject Project, Run First, TimeSpan Took)>();
await Parallel.ForEachAsync(
    projects.OrderBy(project => Array.IndexOf(order, project.Name[..^".Tests".Length]) is >= 0 and var place ? place : order.Length),
    new ParallelOptions { MaxDegreeOfParallelism = 2 },
    async (project, _) => await RunAsync(project));
foreach (var (project, first, took) in failed)
{
    await RunOnceMoreAsync(project, first, took);
}

var total = Total.Of(verdicts);
Tell("Passed only when run once more", total.Again);
Tell("Not in eng/flaky.txt, and so counted as failed", total.Counted);
Tell("Did not run to the end", verdicts.Where(verdict => verdict.IsBroken).Select(verdict => verdict.Project));
Console.WriteLine($"{total.Passed} passed, {total.Failed} failed, {total.Skipped} skipped");
return total.Failed > 0 ? 1 : 0;

async Task RunAsync(TestProject project)
{
    var began = Stopwatch.GetTimestamp();
    var run = await project.RunAsync(filter);
    var took = Stopwatch.GetElapsedTime(began);
    if (inCi && !run.IsGreen)
    {
        failed.Enqueue((project, run, took));
    }
    else
    {
        Judge(Verdict.Of(project.Name, run), run, null, took);
    }
}

// with the machine to itself, to tell a stall from a fault
async Task RunOnceMoreAsync(TestProject project, Run first, TimeSpan took)
{
    string[] methods = [.. first.Failures.Select(failure => failure.Method).Distinct()];
    var second = await project.RunAsync(methods is [] ? filter : ["--filter-method", .. methods]);
    Judge(Verdict.Of(project.Name, first, second, excuses), first, second, took);
}

void Judge(Verdict verdict, Run first, Run? second, TimeSpan took)
{
    lock (verdicts)
    {
        verdicts.Add(verdict);
        Transcript.Write(Console.Error, verdict, first, second, (int)took.TotalSeconds);
    }
}

static void Tell(string what, IEnumerable<string> names)
{
    if (string.Join(' ', names) is { Length: > 0 } list)
    {
        Console.Error.WriteLine($"{what}: {list}");
    }
}
