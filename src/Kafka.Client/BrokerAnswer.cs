using System.Diagnostics.CodeAnalysis;

namespace Kafka.Client;

/// <summary>What one broker answered, or why it did not: one dead broker does not fail what was asked of all.</summary>
public readonly record struct BrokerAnswer<T>
{
    /// <summary>It answered.</summary>
    public BrokerAnswer(T value) => Value = value;

    /// <summary>It did not, or refused.</summary>
    public BrokerAnswer(KafkaException error) => Error = error;

    /// <summary>Default when there is an error.</summary>
    public T? Value { get; }

    /// <summary>Null when there is a value; <see cref="KafkaException.Reason"/> says what kind it is.</summary>
    public KafkaException? Error { get; }

    /// <summary>There is a value. True of a default struct as well, which has none: use the constructors.</summary>
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
