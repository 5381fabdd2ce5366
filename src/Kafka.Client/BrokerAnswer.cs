using System.Diagnostics.CodeAnalysis;

namespace Kafka.Client;

/// <summary>What one broker answered, or why it did not: one dead broker does not fail what was asked of all.</summary>
public readonly record struct BrokerAnswer<T>
{
    public BrokerAnswer(T value) => Value = value;

    public BrokerAnswer(KafkaException error) => Error = error;

    public T? Value { get; }

    public KafkaException? Error { get; }

    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool Succeeded => Error is null;

    /// <summary>The value, or the error thrown.</summary>
    public T Require() => Error is null ? Value! : throw Error;
}

/// <summary>Makes answers of calls.</summary>
public static class BrokerAnswer
{
    /// <summary>The value of a call, or the error with which it failed. Cancellation is thrown.</summary>
    public static async Task<BrokerAnswer<T>> OfAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return new BrokerAnswer<T>(await call().ConfigureAwait(false));
        }
        catch (KafkaException e)
        {
            return new BrokerAnswer<T>(e);
        }
    }
}
