using Benchmarks;

// dotnet run -c Release --project tests/Benchmarks [start|kafka|zookeeper|refresh|commit|children ...]   (all by default)
// dotnet run -c Release --project tests/Benchmarks fleet   (refresh, and then 20 clusters of that size)
// dotnet run -c Release --project tests/Benchmarks pages [CASTELLAN.DLL]   (of an older build, to compare with; needs Chromium)
// dotnet run -c Release --project tests/Benchmarks refreshes [CASTELLAN.DLL]   (of these what a refresh costs alone; needs no Chromium)
// dotnet run -c Release --project tests/Benchmarks search   (beside kcat | grep, on a hosted cluster)
// dotnet run -c Release --project tests/Benchmarks memory [GB]   (what a search takes while it reads so much, unpacked; 10 by default)
// Prints what Castellan does beside what Apache's distributions do, in one run on one machine: only the ratios mean something.
// KAFKA_HOME and ZOOKEEPER_HOME say where these are; cluster.sh, Populate.java and Floor.java lie beside them.
var wanted = args.Length == 0 ? ["start", "kafka", "zookeeper", "refresh", "commit", "children"] : args;
if (wanted[0] is "pages" or "refreshes")
{
    var pages = new Table("now", "before");
    var builds = await BusyTopics.StartAllAsync(wanted.ElementAtOrDefault(1));
    try
    {
        if (wanted[0] == "pages")
        {
            await PagesBenchmark.RunAsync(pages, builds);
        }

        await PageRefreshBenchmark.RunAsync(pages, builds);
    }
    finally
    {
        foreach (var build in builds)
        {
            await build.DisposeAsync();
        }
    }

    Console.WriteLine();
    Console.WriteLine(pages);
    return 0;
}

if (wanted[0] == "search")
{
    var found = new Table("Castellan", "kcat|grep");
    using var searched = await CastellanCluster.StartAsync();
    await SearchBenchmark.RunAsync(searched.Bootstrap, found);
    Console.WriteLine();
    Console.WriteLine(found);
    return 0;
}

if (wanted[0] == "memory")
{
    var taken = new Table("Castellan", "");
    using var read = await CastellanCluster.StartAsync();
    await ScanMemoryBenchmark.RunAsync(
        read.Bootstrap, int.Parse(wanted.ElementAtOrDefault(1) ?? "10", System.Globalization.CultureInfo.InvariantCulture), taken);
    Console.WriteLine();
    Console.WriteLine(taken);
    return 0;
}

if (Environment.GetEnvironmentVariable("KAFKA_HOME") is not { Length: > 0 } home || !File.Exists(Path.Combine(home, "..", "cluster.sh")))
{
    Console.Error.WriteLine(
        "KAFKA_HOME must name Apache Kafka 3.9, with cluster.sh beside it: there is nothing to compare with otherwise.");
    return 2;
}

var table = new Table("Castellan", "Apache");
if (wanted.Any(w => w is "start" or "kafka" or "zookeeper"))
{
    using var ours = await CastellanCluster.StartAsync();
    await MeasureAsync("Castellan", ours);
    ours.Dispose();
    using var apache = await ApacheProcesses.StartAsync(home, "zk", 3, 3);
    await MeasureAsync("Apache", apache);
}

if (wanted.Any(w => w is "refresh" or "fleet"))
{
    await RefreshBenchmark.RunAsync(home, table, wanted.Contains("fleet"));
}

if (wanted.Contains("commit"))
{
    await CommitBenchmark.RunAsync(table);
}

if (wanted.Contains("children"))
{
    await ChildrenBenchmark.RunAsync(home, table);
}

Console.WriteLine();
Console.WriteLine(table);
return 0;

async Task MeasureAsync(string who, ICluster cluster)
{
    table.Add("start of 3 + 3", "s", who, cluster.StartSeconds, lowerIsBetter: true);
    table.Add("memory of 3 + 3", "MB", who, cluster.MemoryMegabytes(), lowerIsBetter: true);
    if (wanted.Contains("kafka"))
    {
        await KafkaBenchmark.RunAsync(cluster.Bootstrap, who, table);
    }

    if (wanted.Contains("zookeeper"))
    {
        await ZooKeeperBenchmark.RunAsync(cluster.ZooKeeper, who, table);
    }
}
