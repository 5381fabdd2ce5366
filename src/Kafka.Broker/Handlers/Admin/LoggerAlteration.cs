using Kafka.Broker.Logging;
using Kafka.Protocol;
using Microsoft.Extensions.Logging;

namespace Kafka.Broker.Handlers.Admin;

/// <summary>Changes levels of this broker's loggers (KIP-412) after checking all of them, in Kafka's words. Stateless.</summary>
sealed class LoggerAlteration(int brokerId, BrokerLoggers levels)
{
    /// <summary>Null takes a level away. Nothing is changed unless everything can be.</summary>
    public void Alter(string resource, IReadOnlyList<AlteredKey> changes, bool validateOnly)
    {
        CheckBroker(resource, brokerId);
        var checkedChanges = changes.Select(change => (change.Name, Level: Check(change))).ToList();
        if (!validateOnly)
        {
            checkedChanges.ForEach(change => levels.Set(change.Name, change.Level));
        }
    }

    /// <summary>Throws <see cref="AdminException"/> unless the resource is this broker.</summary>
    public static void CheckBroker(string resource, int brokerId)
    {
        var id = BrokerResource.Id(resource);
        if (id != brokerId)
        {
            throw new AdminException(ErrorCode.InvalidRequest, $"Unexpected broker id, expected {brokerId} but received {resource}");
        }
    }

    LogLevel? Check(AlteredKey change)
    {
        if (!levels.Has(change.Name))
        {
            throw new AdminException(ErrorCode.InvalidConfig, $"Logger {change.Name} does not exist!");
        }

        if (change.Value is null)
        {
            return change.Name == BrokerLoggers.Root
                ? throw new AdminException(
                    ErrorCode.InvalidRequest, $"Removing the log level of the {BrokerLoggers.Root} logger is not allowed")
                : null;
        }

        return LogLevels.Find(change.Value) ?? throw new AdminException(
            ErrorCode.InvalidConfig,
            $"Cannot set the log level of {change.Name} to {change.Value} as it is not a supported log level. "
            + $"Valid log levels are {string.Join(", ", LogLevels.Names)}");
    }
}
