using Kafka.Protocol;

namespace Kafka.Broker.Handlers.Admin;

/// <summary>What Kafka's ConfigAdminManager says of a request as a whole before it changes anything.</summary>
static class AlteredResources
{
    /// <summary>The resources that a request names more than once: which of its changes was meant is not known.</summary>
    public static IReadOnlySet<(sbyte Type, string Name)> NamedTwice(IEnumerable<(sbyte Type, string Name)> resources) =>
        resources.GroupBy(resource => resource).Where(same => same.Count() > 1).Select(same => same.Key).ToHashSet();

    /// <exception cref="AdminException">The request has it twice, or twice a key of it.</exception>
    public static void Check((sbyte Type, string Name) resource, IReadOnlySet<(sbyte Type, string Name)> twice, IEnumerable<string> keys)
    {
        if (twice.Contains(resource))
        {
            throw new AdminException(ErrorCode.InvalidRequest, "Each resource must appear at most once.");
        }

        var seen = new HashSet<string>();
        if (!keys.All(seen.Add))
        {
            throw new AdminException(ErrorCode.InvalidRequest, "Error due to duplicate config keys");
        }
    }
}
