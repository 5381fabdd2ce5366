using System.Globalization;
using System.Text.RegularExpressions;
using Testing;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Serving;
using ZooKeeper.Server.Tests.Support;
using static Testing.Eventually;

namespace ZooKeeper.Server.Tests.Quorum;

/// <summary>Our servers and Apache's in one ensemble, each in each role.</summary>
public partial class ApacheMixTests
{
    [Theory]
    [InlineData(new long[] { 1, 2 }, 3)]
    [InlineData(new long[] { 2, 3 }, 1)]
    public async Task Two_of_ours_and_one_of_Apache(long[] ours, long apaches)
    {
        External.Require("ZOOKEEPER_HOME");
        await using var ensemble = new BareEnsemble(3);
        var log = new LogLines();
        ensemble.Loggers = log;
        await using var apache = new ApacheMember(ensemble.Files, apaches);
        apache.Start();
        try
        {
            // the highest id of the first two leads
            await ensemble.StartAsync(apaches == 3 ? [ours[0]] : ours);
            await apache.ServesAsync(apaches == 3 ? "leader" : "follower");
            await ensemble.StartAsync(apaches == 3 ? [ours[1]] : []);
            await ensemble.ServesAsync(ours);
            foreach (var id in ours)
            {
                Assert.Equal(ZooKeeperError.Ok, await ensemble[id].CreateAsync($"/by-{id}", "x"u8.ToArray()));
            }

            await QuotaAsync(ensemble[ours[0]], ensemble, apache, apaches);
            await apache.KillAsync();
            await TrueAsync(
                () => ensemble.Leader is not null && ours.All(id => ensemble[id].State != ServerState.Looking), "ours go on alone");
            await TrueAsync(
                async () => await ensemble[ours[0]].CreateAsync("/meanwhile") is ZooKeeperError.Ok or ZooKeeperError.NodeExists,
                "and write");
            for (var i = 0; i < 30; i++)
            {
                Assert.Equal(ZooKeeperError.Ok, await ensemble[ours[0]].CreateAsync($"/meanwhile-{i}"));
            }

            apache.Start();
            await apache.ServesAsync("follower");
            await SameZxidAsync(ensemble, apache);
            await ensemble.KillAsync(ensemble.Leader!.Config.MyId);
            var left = ensemble.Servers.Values.Single();
            await TrueAsync(
                async () => await left.CreateAsync("/last") is ZooKeeperError.Ok or ZooKeeperError.NodeExists,
                "one of ours and Apache's go on");
            Assert.NotNull(await left.ReadAsync("/meanwhile-29"));
            await SameZxidAsync(ensemble, apache);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{e.Message}\n{string.Join('\n', log.Lines)}\n{apache.Output}", e);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task One_of_ours_and_two_of_Apache(long ours)
    {
        External.Require("ZOOKEEPER_HOME");
        await using var ensemble = new BareEnsemble(3);
        var log = new LogLines();
        ensemble.Loggers = log;
        var others = new long[] { 1, 2, 3 }.Where(id => id != ours).ToArray();
        await using var one = new ApacheMember(ensemble.Files, others[0]);
        await using var two = new ApacheMember(ensemble.Files, others[1]);
        try
        {
            // ours and one of Apache's, each leading once; the other joins the established leader
            one.Start();
            await TrueAsync(
                () => one.Output.Contains("Notification time out", StringComparison.Ordinal),
                "Apache's server looks",
                TimeSpan.FromSeconds(60));
            await ensemble.StartAsync(ours);
            await ensemble.ServesAsync(ours);
            await one.ServesAsync(ours == 3 ? "follower" : "leader");
            Assert.Equal(ZooKeeperError.Ok, await ensemble[ours].CreateAsync("/one"));
            two.Start();
            await two.ServesAsync("follower");
            Assert.Equal(ZooKeeperError.Ok, await ensemble[ours].CreateAsync("/two"));
            await SameZxidAsync(ensemble, one);
            await SameZxidAsync(ensemble, two);

            await ensemble.KillAsync(ours);
            await TrueAsync(
                async () => (await one.AskAsync("srvr") + await two.AskAsync("srvr")).Contains("Mode: leader", StringComparison.Ordinal),
                "Apache's go on alone",
                TimeSpan.FromSeconds(60));
            await ensemble.StartAsync(ours);
            await ensemble.ServesAsync(ours);
            Assert.Equal(ServerState.Following, ensemble[ours].State);
            Assert.NotNull(await ensemble[ours].ReadAsync("/two"));
            Assert.Equal(ZooKeeperError.Ok, await ensemble[ours].CreateAsync("/three"));
            await SameZxidAsync(ensemble, one);
            await SameZxidAsync(ensemble, two);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException(
                $"{e.Message}\n{string.Join('\n', log.Lines)}\n{one.Output}\n---- the other\n{two.Output}", e);
        }
    }

    /// <summary>Every member counts for itself, without transactions: all have to come to the same.</summary>
    static async Task QuotaAsync(BareServer writer, BareEnsemble ensemble, ApacheMember apache, long apaches)
    {
        (string Path, string Data)[] nodes =
        [
            ("/q", "123"),
            ("/zookeeper/quota/q", ""),
            ("/zookeeper/quota/q/zookeeper_limits", "count=9,bytes=-1"),
            ("/zookeeper/quota/q/zookeeper_stats", "count=0,bytes=0"),
            ("/q/1", "12345"),
        ];
        foreach (var (path, data) in nodes)
        {
            Assert.Equal(ZooKeeperError.Ok, await writer.CreateAsync(path, System.Text.Encoding.UTF8.GetBytes(data)));
        }

        await SameZxidAsync(ensemble, apache);
        await using var client = await RawClient.ConnectAsync(ensemble.Files.ClientPort(apaches));
        var counted = (await client.GetAsync("/zookeeper/quota/q/zookeeper_stats")).Read(GetDataResponse.Read).Data!.Value;
        Assert.Equal("count=2,bytes=8", System.Text.Encoding.UTF8.GetString(counted.Span));
        Assert.Equal("count=2,bytes=8", await writer.ReadAsync("/zookeeper/quota/q/zookeeper_stats"));
        await SameZxidAsync(ensemble, apache);
    }

    static Task SameZxidAsync(BareEnsemble ensemble, ApacheMember apache) => TrueAsync(
        async () =>
        {
            var line = ZxidLine().Match(await apache.AskAsync("srvr"));
            return line.Success
                && long.Parse(line.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture) is var zxid
                && ensemble.Servers.Values.All(s => s.LastProcessedZxid == zxid);
        },
        $"all have the same last zxid: {string.Join(", ", ensemble.Servers.Select(s => $"{s.Key}: 0x{s.Value.LastProcessedZxid:x}"))}");

    [GeneratedRegex("Zxid: 0x([0-9a-f]+)")]
    private static partial Regex ZxidLine();
}
