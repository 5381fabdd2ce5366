using Dashboard.Messages.Bytes;
using Wire;

namespace Dashboard.Messages.Jobs;

/// <summary>A job cannot go on before a person does something about it.</summary>
/// <param name="why">Says who, and what of the job holds.</param>
public class JobFaultException(CodedText why, Exception? inner = null) : InvalidOperationException(why.English, inner), ICodedFault
{
    public CodedText? Told => why;

    /// <summary>Of one whose cluster was removed here.</summary>
    public static JobFaultException NoCluster(string cluster) =>
        new(CodedText.Of("noCluster", $"There is no cluster {cluster} any longer."));

    public static JobFaultException NoPosition() => new(CodedText.Of("noPosition", $"The job's file does not say where it is."));
}

/// <summary>A job cannot go on now and may soon: no broker answers, or a leader or coordinator is on its way.</summary>
public sealed class TransientFaultException(CodedText why, Exception? inner = null) : JobFaultException(why, inner);

/// <summary>Who runs a job may not any longer, or the cluster takes no changes any longer.</summary>
public sealed class JobDeniedException(CodedText why) : Exception(why.English), ICodedFault
{
    public CodedText? Told => why;
}
