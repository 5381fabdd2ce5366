using System.Globalization;
using Dashboard.Localization;
using Dashboard.Monitoring.Connections;
using Dashboard.Monitoring.Model;
using Wire;
using ZooKeeper.Client;
using ZooKeeper.Protocol;

namespace Dashboard.Tests.Localization;

/// <summary>What ZooKeeper refuses, and what becomes of a session with it, in the language of who reads it.</summary>
public sealed class ZooKeeperWordsTests : IDisposable
{
    readonly CultureInfo before = CultureInfo.CurrentUICulture;
    readonly Text text = new();

    public ZooKeeperWordsTests() => CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-Hans");

    public void Dispose() => CultureInfo.CurrentUICulture = before;

    [Fact]
    public void Every_refusal_has_a_meaning_and_in_English_the_clients()
    {
        foreach (var code in Enum.GetValues<ZooKeeperError>().Except([ZooKeeperError.Ok]))
        {
            Assert.Equal(code.Describe(), text.Table("en")[$"ZooKeeper_{code.Name()}"]);
            Assert.Contains($"ZooKeeper_{code.Name()}", text.Table("zh-Hans").Keys);
        }
    }

    [Fact]
    public void A_refusal_is_told_with_its_code_and_path()
    {
        var refused = new ZooKeeperException(ZooKeeperError.NoNode, "/brokers/ids");
        Assert.Equal("NONODE for /brokers/ids: The znode does not exist.", refused.Message);
        Assert.Equal(refused.Message, refused.Told.English);
        Assert.Equal("NONODE（/brokers/ids）：该 znode 不存在。", ErrorWords.Of(text, refused));
        var section = Errors.From(refused, ErrorSource.Ensemble, DateTimeOffset.UnixEpoch);
        Assert.Equal("NONODE（/brokers/ids）：该 znode 不存在。", ErrorWords.Detail(text, section));
        Assert.Contains("NONODE 该 znode 不存在", ErrorWords.Of(text, section), StringComparison.Ordinal);
    }

    [Fact]
    public void Chinese_words_that_are_put_together_have_no_space_between_them()
    {
        SectionError Error(ErrorSource source) => new(SectionErrorKind.TimedOut, source, null, "", default, TimeSpan.FromSeconds(3));
        Assert.Equal("超时：控制器在 3 秒内未应答。", ErrorWords.Of(text, Error(ErrorSource.Controllers)));
        Assert.Equal("超时：znode /a 在 3 秒内未应答。", ErrorWords.Of(text, Error("znode /a")));
    }

    /// <summary>What REST tells of each failure, wherever it is made.</summary>
    [Theory]
    [InlineData(SectionErrorKind.TimedOut, FailureReason.Timeout)]
    [InlineData(SectionErrorKind.Unreachable, FailureReason.Unreachable)]
    [InlineData(SectionErrorKind.Refused, null)]
    public void Who_is_not_reached_has_a_reason(SectionErrorKind kind, FailureReason? reason) =>
        Assert.Equal(reason, new SectionError(kind, ErrorSource.Ensemble, null, "", default).Reason);

    [Fact]
    public async Task A_session_that_nobody_answers_says_so_with_the_reason()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        var silent = ZooKeeperClientOptions.Parse($"127.0.0.1:{port}") with { RequestTimeout = TimeSpan.FromMilliseconds(200) };
        await using var client = new ZooKeeperClient(silent);
        var failure = await Assert.ThrowsAsync<ZooKeeperException>(
            () => client.ExistsAsync("/", cancellationToken: Xunit.TestContext.Current.CancellationToken));
        Assert.Equal($"OPERATIONTIMEOUT（/）：0.2 秒内未能连接到 127.0.0.1:{port}", ErrorWords.Of(text, failure));
    }
}
