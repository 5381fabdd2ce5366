using System.Collections.Immutable;
using Dashboard.Messages.Jobs;

namespace Dashboard.Messages.Tests.Jobs;

/// <summary>Reasons are kept by their codes, and told in words.</summary>
public sealed class SkipReasonTests
{
    [Theory]
    [InlineData("noHeader\tx-original-topic", "without header x-original-topic")]
    [InlineData("noTopicName\th", "header h is no topic's name")]
    [InlineData("fromItself\torders", "from orders itself")]
    [InlineData("noTopic\torders\tprod", "there is no topic orders on prod")]
    [InlineData("noPartition\torders\t7", "orders has no partition 7")]
    [InlineData("tooManyTopics\t200", "more than 200 topics are named")]
    [InlineData("wrongRows", "wrong rows")]
    [InlineData("other", "for other reasons")]
    public void A_key_is_read_back(string key, string words)
    {
        Assert.Equal(words, SkipReason.Of(key).Words);
        Assert.Equal(key, SkipReason.Of(key).Key);
    }

    [Theory]
    [InlineData("without header h")]
    [InlineData("It is no JSON.")]
    [InlineData("noTopic\torders")]
    [InlineData("new\tcode")]
    public void Words_of_a_source_or_of_an_older_file_stay_what_they_are(string key)
    {
        Assert.Equal(("", key, key), (SkipReason.Of(key).Code, SkipReason.Of(key).Words, SkipReason.Of(key).Key));
    }

    [Fact]
    public void Rows_that_were_left_out_before_there_were_codes_have_theirs() =>
        Assert.Equal(SkipReason.WrongRows, SkipReason.Of("wrong rows").Key);

    [Fact]
    public void Counts_of_the_same_words_are_one()
    {
        var counts = ImmutableSortedDictionary<string, long>.Empty.Add("other", 2).Add("for other reasons", 3);
        Assert.Equal(5, Assert.Single(SkipReason.InWords(counts)).Value);
    }
}
