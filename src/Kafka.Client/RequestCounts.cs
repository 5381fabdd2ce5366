using Kafka.Protocol;

namespace Kafka.Client;

/// <summary>
/// How many requests were sent, by API: logins, negotiations and retries included, for that is what brokers see. Thread safe; counting
/// allocates nothing and takes no lock.
/// </summary>
public sealed class RequestCounts
{
    /// <summary>Numbers of APIs beyond these, which Kafka does not have yet, are counted together.</summary>
    const int Most = 128;

    readonly long[] counts = new long[Most];

    /// <summary>Those that were sent at all, by the number of the API.</summary>
    public IReadOnlyList<(ApiKey Api, long Count)> Read()
    {
        var read = new List<(ApiKey, long)>();
        for (var key = 0; key < Most; key++)
        {
            if (Interlocked.Read(ref counts[key]) is > 0 and var count)
            {
                read.Add(((ApiKey)key, count));
            }
        }

        return read;
    }

    internal void Add(short key) => Interlocked.Increment(ref counts[(uint)key < Most ? key : Most - 1]);
}
