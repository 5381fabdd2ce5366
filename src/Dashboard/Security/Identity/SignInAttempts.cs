using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;

namespace Dashboard.Security.Identity;

/// <summary>
/// Wrong passwords: after <see cref="TriesOfName"/> for a name it waits <see cref="Wait"/>, whether there is such an account or not; from
/// one address (of IPv6, one network of 64 bits) come at most <see cref="TriesOfAddress"/> a minute. Of names, <see cref="MostNames"/> are
/// remembered; past that the one that was tried longest ago is forgotten.
/// </summary>
sealed class SignInAttempts(TimeProvider time) : IDisposable
{
    public const int TriesOfName = 5;
    public const int TriesOfAddress = 60;
    public const int MostNames = 10_000;
    public static readonly TimeSpan Wait = TimeSpan.FromMinutes(5);

    readonly Lock gate = new();
    readonly Dictionary<string, (int Tries, DateTimeOffset Last)> names = new(StringComparer.Ordinal);
    readonly PartitionedRateLimiter<IPAddress> addresses = PartitionedRateLimiter.Create<IPAddress, IPAddress>(
        address => RateLimitPartition.GetSlidingWindowLimiter(NetworkOf(address), _ => new SlidingWindowRateLimiterOptions
        {
            PermitLimit = TriesOfAddress,
            Window = TimeSpan.FromMinutes(1),
            SegmentsPerWindow = 6,
        }));

    /// <summary>Whether one more may come from there now.</summary>
    public bool MayTry(IPAddress address)
    {
        using var lease = addresses.AttemptAcquire(address);
        return lease.IsAcquired;
    }

    /// <summary>Counts a try before it is looked at: a hundred at once are no hundred tries.</summary>
    /// <returns>How many are left after this one, 0 for the last; or until when none is allowed.</returns>
    public (int Left, DateTimeOffset? Until) Begin(string name)
    {
        var now = time.GetUtcNow();
        lock (gate)
        {
            var (tries, last) = names.TryGetValue(name, out var before) && before.Last + Wait > now ? before : (0, now);
            if (tries >= TriesOfName)
            {
                return (0, last + Wait);
            }

            // the oldest goes: made-up names must not fill the memory, nor lock out a real one
            if (names.Count >= MostNames && !names.ContainsKey(name))
            {
                names.Remove(names.MinBy(one => one.Value.Last).Key);
            }

            // counted before the password is looked at, so that many at once count too
            names[name] = (tries + 1, now);
            return (TriesOfName - tries - 1, null);
        }
    }

    public void Succeeded(string name)
    {
        lock (gate)
        {
            names.Remove(name);
        }
    }

    public void Dispose() => addresses.Dispose();

    static IPAddress NetworkOf(IPAddress address)
    {
        const int NetworkBytes = 8;
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        var bytes = address.GetAddressBytes();
        // one customer of a provider has at least a /64 of addresses
        Array.Clear(bytes, NetworkBytes, bytes.Length - NetworkBytes);
        return new IPAddress(bytes);
    }
}
