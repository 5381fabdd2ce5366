using Testing;
using ZooKeeper.Server.Tests.Support;

namespace ZooKeeper.Server.Tests.Interop;

public sealed class SideBySideTests
{
    [Fact]
    public async Task A_fresh_server_answers_a_long_script_as_Apache_does()
    {
        using var directory = new TempDirectory();
        await using var apache = await ApacheServer.StartAsync(directory.Path, "enforceQuota=true", "extendedTypesEnabled=true");
        await using var ours = await TestServer.StartAsync(c => c with { EnforceQuota = true, ExtendedTypesEnabled = true });
        // the Apache fixture opened one session to see that it answers, so ours gets one as well
        await using (var first = await ours.ConnectAsync())
        {
        }

        var expected = await ComparedScript.RunAsync(apache.Port);
        var answered = await ComparedScript.RunAsync(ours.Port);

        Assert.Equal(string.Join('\n', expected), string.Join('\n', answered));
        Assert.Equal(
            string.Join('\n', await ComparedQuotas.RunAsync(apache.Port)),
            string.Join('\n', await ComparedQuotas.RunAsync(ours.Port)));
        Assert.Equal(
            string.Join('\n', await ComparedAdmin.RunAsync(apache.Port, apache.AdminPort)),
            string.Join('\n', await ComparedAdmin.RunAsync(ours.Port, ours.Server.AdminPort!.Value)));
    }
}
