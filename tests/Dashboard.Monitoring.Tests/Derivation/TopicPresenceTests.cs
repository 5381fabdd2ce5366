using System.Collections.Immutable;
using Dashboard.Monitoring.Derivation;
using Dashboard.Monitoring.Model;
using static Dashboard.Monitoring.Tests.Build;

namespace Dashboard.Monitoring.Tests.Derivation;

public sealed class TopicPresenceTests
{
    readonly TopicPresence presence = new();
    TopicTable? shown;

    [Fact]
    public void A_first_empty_answer_is_not_read_yet()
    {
        Assert.Null(See(0, ""));
        Assert.Null(See(0.5, ""));
        Assert.Equal("", See(1, ""));
    }

    [Fact]
    public void With_ZooKeepers_list_empty_too_there_is_no_topic() => Assert.Equal("", See(0, "", ""));

    [Fact]
    public void With_topics_in_ZooKeepers_list_an_empty_answer_is_a_brokers_that_was_told_nothing()
    {
        Assert.Null(See(0, "", "a"));
        Assert.Null(See(5, "", "a"));
        Assert.Equal("a", See(5.5, "a", "a"));
    }

    [Fact]
    public void Nor_is_a_first_answer_without_some_of_them_the_whole()
    {
        Assert.Null(See(0, "a", "a b"));
        Assert.Equal("a b", See(0.3, "a b", "a b"));
    }

    [Theory]
    [InlineData(null, 0, 0.5, "a b")]
    [InlineData(null, 0, 1, "b")]
    [InlineData("b", 0, 0, "b")]
    [InlineData("a b", 0, 5, "a b")]
    [InlineData("a b", 0, 15, "b")]
    public void One_that_is_missing_is_gone_when_that_is_confirmed(string? registered, double first, double second, string expected)
    {
        See(-1, "a b");
        See(first, "b", registered);
        Assert.Equal(expected, See(second, "b", registered));
    }

    [Fact]
    public void One_that_was_deleted_here_is_gone_with_the_first_answer_without_it()
    {
        See(0, "a b");
        Assert.Equal("b", See(0.1, "b", "a b", "a"));
    }

    [Fact]
    public void One_that_comes_back_was_never_gone()
    {
        See(0, "a b");
        Assert.Equal("a b", See(0.4, "b"));
        Assert.Equal("a b", See(0.8, "a b"));
        Assert.Equal("a b", See(1.9, "b"));
        Assert.Equal("b", See(3, "b"));
    }

    string? See(double seconds, string topics, string? registered = null, params string[] deleted)
    {
        var read = TopicTable.Of(Names(topics).Select(n => Topic(n, Partition(0, 0, [0], [0]))));
        shown = presence.Confirm(
            shown, read, Start.AddSeconds(seconds), registered is null ? null : [.. Names(registered)], deleted.ToHashSet());
        return shown is null ? null : string.Join(' ', shown.Topics.Select(t => t.Name));
    }

    static string[] Names(string topics) => topics.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
