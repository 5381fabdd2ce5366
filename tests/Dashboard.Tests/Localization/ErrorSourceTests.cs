using System.Globalization;
using Dashboard.Localization;
using Dashboard.Monitoring.Model;

namespace Dashboard.Tests.Localization;

/// <summary>What did not answer, in the language of who reads it.</summary>
public sealed class ErrorSourceTests : IDisposable
{
    readonly CultureInfo before = CultureInfo.CurrentUICulture;
    readonly Text text = new();

    public static TheoryData<ErrorSource> Named =>
    [
        ErrorSource.Ensemble, ErrorSource.Controller, ErrorSource.Leaders,
        ErrorSource.Coordinators, ErrorSource.LagSources, ErrorSource.LogDirs,
        ErrorSource.TopicConfigs, ErrorSource.Broker(1002, null), ErrorSource.Broker(1002, "[::1]:9092"), ErrorSource.Server("zk1:2181"),
        ErrorSource.Partition(7), ErrorSource.Kafka("a:1,b:2"), ErrorSource.ZooKeeper("zk1:2181"),
    ];

    public void Dispose() => CultureInfo.CurrentUICulture = before;

    [Theory]
    [MemberData(nameof(Named))]
    public void In_English_it_is_its_name_and_in_Chinese_it_is_not(ErrorSource source)
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("en");
        Assert.Equal(source.Name, ErrorWords.Of(text, source));
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-Hans");
        Assert.NotEqual(source.Name, ErrorWords.Of(text, source));
    }

    [Fact]
    public void In_a_sentence_it_is_in_the_sentences_language()
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-Hans");
        var source = ErrorSource.Broker(2, "10.0.0.2:9092");
        var error = new SectionError(SectionErrorKind.Unreachable, source, null, "refused", DateTimeOffset.UnixEpoch);
        Assert.Equal("无法连接 Broker 2（10.0.0.2:9092）。", ErrorWords.Of(text, error));
    }
}
