using System.Collections;
using System.Reflection;
using Kafka.Broker.Handlers;
using Kafka.Broker.Network;
using Kafka.Broker.Tests.Support;
using Kafka.Protocol;
using Microsoft.Extensions.Logging.Abstractions;
using Wire;

namespace Kafka.Broker.Tests.Handlers;

/// <summary>
/// Whatever a handler throws, its client gets an answer that it can read and that says UNKNOWN_SERVER_ERROR where this API has its errors.
/// </summary>
public sealed class FailedRequestTests
{
    static readonly RequestOrigin origin = new("client", null, "PLAINTEXT");

    public static TheoryData<ApiKey> Apis => [.. AllHandlers.Create().All.Select(handler => handler.Key)];

    [Theory]
    [MemberData(nameof(Apis))]
    public async Task A_handler_that_fails_is_answered_with_an_error_in_every_version(ApiKey key)
    {
        var handler = AllHandlers.Create().Find(key)!;
        var runner = new RequestRunner(new HandlerRegistry([new FailingHandler(handler)]), new PauseGate(), NullLogger.Instance);
        for (var version = handler.MinVersion; version <= handler.MaxVersion; version++)
        {
            var request = SampleRequests.Full(key, version);
            var decoded = runner.Decode(RawKafka.Frame(request, version).AsMemory(4));

            using var answer = (await runner.RunAsync(decoded, origin, CancellationToken.None)).Answer;

            var response = RawKafka.Decode(answer!.WrittenSpan[4..].ToArray(), request, version);
            var errors = Errors(response, isEntry: false).ToList();
            Assert.True(errors.Exists(error => error.Code == -1), $"{key} v{version} has no error");
            Assert.DoesNotContain(errors, error => error is { IsEntry: true, Code: not -1 });
        }
    }

    [Fact]
    public async Task A_failed_produce_without_acknowledgement_ends_its_connection()
    {
        var runner = new RequestRunner(
            new HandlerRegistry([new FailingHandler(AllHandlers.Create().Find(ApiKey.Produce)!)]), new PauseGate(), NullLogger.Instance);
        var decoded = runner.Decode(RawKafka.Frame(new Kafka.Protocol.Messages.ProduceRequest { Acks = 0 }, 9).AsMemory(4));

        Assert.Equal(
            new RequestOutcome(null, "a request without an answer failed"), await runner.RunAsync(decoded, origin, CancellationToken.None));
    }

    static IEnumerable<(short Code, bool IsEntry)> Errors(object message, bool isEntry)
    {
        foreach (var property in message.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var value = property.GetValue(message);
            if (property.Name == "ErrorCode")
            {
                yield return ((short)value!, isEntry);
            }

            var entries = value is IList list ? list.Cast<object>() : [];
            foreach (var entry in entries.Where(item => item is not string && item.GetType().IsClass))
            {
                foreach (var error in Errors(entry, isEntry: true))
                {
                    yield return error;
                }
            }
        }
    }

    sealed class FailingHandler(IRequestHandler inner) : IRequestHandler
    {
        public ApiKey Key => inner.Key;

        public short MinVersion => inner.MinVersion;

        public short MaxVersion => inner.MaxVersion;

        public bool IsFlexible(short version) => inner.IsFlexible(version);

        public IKafkaRequest Read(ref WireReader reader, short version) => inner.Read(ref reader, version);

        public ValueTask<IKafkaResponse?> HandleAsync(IKafkaRequest request, RequestContext context, CancellationToken stopping) =>
            throw new InvalidOperationException("no one expected this");
    }
}
