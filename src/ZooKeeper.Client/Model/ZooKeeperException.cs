using Wire;
using Wire.Security;
using ZooKeeper.Protocol;

namespace ZooKeeper.Client;

/// <summary>A refusal by the server in its own code, or ConnectionLoss, OperationTimeout or SessionExpired of the client itself.</summary>
public class ZooKeeperException(ZooKeeperError code, string? path = null, CodedText? detail = null, Exception? inner = null)
    : Exception($"{code.Name()}{(path is null ? "" : " for " + path)}: {detail ?? Meaning(code)}", inner), ICodedFault
{
    /// <summary>As KeeperException.Code numbers them.</summary>
    public ZooKeeperError Code { get; } = code;

    /// <summary>The words alone, without code and path.</summary>
    public CodedText Detail { get; } = detail ?? Meaning(code);

    /// <summary>The same as the message.</summary>
    public CodedText Told => Path is null
        ? CodedText.Of("ServerSays", $"{Code.Name()}: {Detail}")
        : CodedText.Of("ZnodeRefusal", $"{Code.Name()} for {Path}: {Detail}");

    /// <summary>The client's path, without the chroot; null where no path is concerned.</summary>
    public string? Path { get; } = path;

    /// <summary>What kind of trouble it is; null for a refusal that is none of these, such as NoNode.</summary>
    public FailureReason? Reason { get; init; } = code switch
    {
        ZooKeeperError.NoAuth => FailureReason.Authorization,
        ZooKeeperError.AuthFailed or ZooKeeperError.SessionClosedRequireSaslAuth => FailureReason.Authentication,
        ZooKeeperError.ConnectionLoss or ZooKeeperError.SessionExpired => FailureReason.Unreachable,
        ZooKeeperError.OperationTimeout => FailureReason.Timeout,
        ZooKeeperError.MarshallingError => FailureReason.Protocol,
        _ => null,
    };

    /// <summary>The operation of a multi that failed, from 0; null outside a multi.</summary>
    public int? OpIndex { get; init; }

    /// <summary>The code of each operation of a failed multi: 0 before the one that failed, RuntimeInconsistency after it.</summary>
    public IReadOnlyList<ZooKeeperError>? OpCodes { get; init; }

    static CodedText Meaning(ZooKeeperError code) => new("zookeeper", code.Describe(), [code.Name()]);
}
