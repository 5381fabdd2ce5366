using Kafka.Broker.Controller;
using Kafka.Protocol;
using Microsoft.Extensions.Logging;
using ZooKeeper.Client;

namespace Kafka.Broker.Handlers.Admin;

/// <summary>
/// What is answered of one entry of a request (a topic, a resource) that failed, so that the others keep their own outcome: a refusal in
/// its own words, and UNKNOWN_SERVER_ERROR for what was not expected, which is logged.
/// </summary>
sealed partial class EntryFailures(ILogger<EntryFailures> logger)
{
    public ApiError Of(Exception failure, ApiKey api, string entry)
    {
        if (failure is AdminException refusal)
        {
            return new ApiError(refusal.Code, refusal.Words);
        }

        LogFailed(failure, api, entry);
        return new ApiError(ErrorCode.UnknownServerError, failure is ZooKeeperException ? $"ZooKeeper: {failure.Message}" : null);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Api} of {Entry} failed and is answered with UNKNOWN_SERVER_ERROR")]
    partial void LogFailed(Exception exception, ApiKey api, string entry);
}
