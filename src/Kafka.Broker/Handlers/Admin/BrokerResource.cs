using System.Globalization;
using Kafka.Protocol;

namespace Kafka.Broker.Handlers.Admin;

/// <summary>The name of a broker's configuration resource.</summary>
static class BrokerResource
{
    /// <summary>Throws <see cref="AdminException"/> for a name that is no id.</summary>
    public static int Id(string name) =>
        name.Length == 0 ? throw new AdminException(ErrorCode.InvalidRequest, "Broker id must not be empty")
        : int.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id) ? id
        : throw new AdminException(ErrorCode.InvalidRequest, $"Broker id must be an integer, but it is: {name}");
}
