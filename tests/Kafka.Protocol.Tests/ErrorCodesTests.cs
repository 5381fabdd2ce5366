namespace Kafka.Protocol.Tests;

public class ErrorCodesTests
{
    [Fact]
    public void Every_code_has_Kafkas_constant_and_words()
    {
        foreach (var code in Enum.GetValues<ErrorCode>())
        {
            var (name, message) = ErrorCodes.Describe(code);
            Assert.Equal(
                $"{code}", string.Concat(name.Replace("_EXCEPTION", "").Split('_').Select(word => word[0] + word[1..].ToLowerInvariant())));
            Assert.NotEmpty(message);
        }

        Assert.Equal("UNKNOWN_TOPIC_OR_PARTITION", ErrorCodes.Describe(3).Name);
        Assert.Equal("ERROR_9999", ErrorCodes.Describe(9999).Name);
    }
}
