using Interop.Tests.Support;
using Testing;

namespace Interop.Tests.Tools;

/// <summary>zkCli.sh of Apache ZooKeeper 3.9 on an ensemble of ours.</summary>
public sealed class ZkCliTests(SharedCluster shared)
{
    const string Script = """
        create /cli data
        create -e /cli/e x
        create -s /cli/s- y
        get -s /cli
        set -s /cli changed
        get /cli
        ls /cli
        ls -R /cli
        stat /cli/e
        addauth digest bob:pw
        setAcl /cli/e auth:bob:cdrwa
        getAcl /cli/e
        sync /cli
        delete /cli/e
        ls /kafka/brokers/ids
        get /kafka/controller
        deleteall /cli
        ls /
        quit
        """;

    [Fact]
    public async Task ZkCli_creates_reads_changes_and_deletes()
    {
        var home = External.Require("ZOOKEEPER_HOME");
        External.RequireProgram("java");
        var cluster = await shared.GetAsync();
        var result = await External.RunAsync(
            Path.Combine(home, "bin", "zkCli.sh"), ["-server", cluster.Ensemble], Script, environment: Jvm.ZooKeeper);
        foreach (var expected in new[]
        {
            "Created /cli", "Created /cli/s-0000000001", "dataVersion = 1", "changed", "[e, s-0000000001]", "/cli/s-0000000001",
            "ephemeralOwner = 0x", "'digest,'bob:", ": cdrwa", "Sync is OK", "[0, 1, 2]",
            "\"brokerid\":", "[kafka, ",
        })
        {
            Assert.True(result.ToString().Contains(expected, StringComparison.Ordinal), $"no \"{expected}\" in {result}");
        }

        // it prints its errors and exits 0
        Assert.DoesNotContain("KeeperErrorCode", result.ToString());
        Assert.DoesNotContain("Node does not exist", result.ToString());
    }
}
