using Dashboard.Api;
using Dashboard.Messages.Services;
using Dashboard.Monitoring.Commands;
using Kafka.Client;
using Kafka.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dashboard.Tests.Api;

/// <summary>Problem details say what has to be looked at, in the words that "error" of what is read has.</summary>
public sealed class ReasonTests
{
    [Fact]
    public void Of_what_was_asked_of_Kafka()
    {
        Assert.Equal("tls", Of(Problems.Of(new KafkaTlsException("kafka", 9093, "no certificate"))));
        Assert.Equal("authentication", Of(Problems.Of(new KafkaAuthenticationException("kafka", 9093, "wrong password"))));
        Assert.Equal("authorization", Of(Problems.Of(new KafkaException(ErrorCode.TopicAuthorizationFailed))));
        Assert.Equal("timeout", Of(Problems.Of(new KafkaException(ErrorCode.RequestTimedOut))));
        Assert.Null(Of(Problems.Of(new KafkaException(ErrorCode.UnknownTopicOrPartition))));
    }

    [Theory]
    [InlineData(CommandEnd.NotSent, ErrorCode.Network, "unreachable")]
    [InlineData(CommandEnd.Unknown, ErrorCode.RequestTimedOut, "timeout")]
    [InlineData(CommandEnd.Refused, ErrorCode.ClusterAuthorizationFailed, "authorization")]
    [InlineData(CommandEnd.Refused, ErrorCode.InvalidConfig, null)]
    public void Of_a_command(CommandEnd end, ErrorCode code, string? reason)
    {
        var refusal = new Refusal(code, "words", "orders");
        var result = end == CommandEnd.Refused
            ? new CommandResult(end, 0, [refusal], default)
            : new CommandResult(end, 0, [], default) { Reason = refusal };
        Assert.Equal(reason, Of(Problems.Of(result)));
    }

    [Fact]
    public void Of_a_service_beside_a_cluster()
    {
        Assert.Equal("unreachable", Of(new ServiceException("no answer", isAnswer: false)));
        Assert.Equal("timeout", Of(new ServiceException("slow", isAnswer: false) { IsTimeout = true }));
        Assert.Equal("authentication", Of(new ServiceException("no", isAnswer: true) { Status = 401 }));
        Assert.Equal("authorization", Of(new ServiceException("no", isAnswer: true) { Status = 403 }));
        Assert.Null(Of(new ServiceException("no such subject", isAnswer: true) { Status = 404 }));

        static string? Of(ServiceException e) => ReasonTests.Of(Problems.Of(e, "SCHEMA_REGISTRY"));
    }

    static string? Of(IResult problem) =>
        Assert.IsType<ProblemHttpResult>(problem).ProblemDetails.Extensions.TryGetValue("reason", out var reason)
            ? (string?)reason
            : null;
}
