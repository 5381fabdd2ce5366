using Dashboard.Monitoring.Commands;
using Kafka.Protocol;
using Wire;

namespace Dashboard.Messages.Jobs;

/// <summary>What keeps a job from being begun, continued or removed, other than a right.</summary>
public static class JobRefusals
{
    public const string CannotGoOnCode = "JOB_CANNOT_GO_ON", ActiveCode = "JOB_ACTIVE", TooManyCode = "TOO_MANY_JOBS";

    public const string OtherClusterCode = "OTHER_CLUSTER";

    internal static Refusal CannotGoOn(string id, JobState? state)
    {
        var standing = state?.ToString().ToLowerInvariant() ?? "gone";
        return Of(CannotGoOnCode, $"Job {id} is {standing}: there is nothing to go on with.", id);
    }

    internal static Refusal Active(string id) => Of(ActiveCode, $"Job {id} runs or waits: stop it first.", id);

    internal static Refusal TooMany(string id) =>
        Of(TooManyCode, $"Job {id} cannot begin: it runs already, or {JobStore.MostKept} others run or wait.", id);

    internal static Refusal OtherCluster(string id, CodedText why) => Of(OtherClusterCode, why.English, id);

    static Refusal Of(string code, string words, string id) => new(ErrorCode.InvalidRequest, words, id) { Code = code };
}
