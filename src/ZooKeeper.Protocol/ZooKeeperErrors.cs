namespace ZooKeeper.Protocol;

/// <summary>What a code is called and what it means.</summary>
public static class ZooKeeperErrors
{
    /// <summary>
    /// The name of the constant in ZooKeeper's KeeperException.Code, such as NONODE; a code that ZooKeeper does not know is its number.
    /// </summary>
    public static string Name(this ZooKeeperError code) => code.ToString().ToUpperInvariant();

    /// <summary>One plain sentence without the path.</summary>
    public static string Describe(this ZooKeeperError code) => code switch
    {
        ZooKeeperError.Ok => "No error.",
        ZooKeeperError.SystemError => "The server had an error of its own.",
        ZooKeeperError.RuntimeInconsistency => "Not done, because another operation of the same transaction failed.",
        ZooKeeperError.DataInconsistency => "The server's data are inconsistent.",
        ZooKeeperError.ConnectionLoss => "The connection was lost; whether the request was carried out is not known.",
        ZooKeeperError.MarshallingError => "A message could not be read or written.",
        ZooKeeperError.Unimplemented => "The server does not know this operation.",
        ZooKeeperError.OperationTimeout => "No answer came in time.",
        ZooKeeperError.BadArguments => "An argument is not valid.",
        ZooKeeperError.UnknownSession => "The server does not know the session.",
        ZooKeeperError.NewConfigNoQuorum => "No quorum of the new configuration is connected and up to date.",
        ZooKeeperError.ReconfigInProgress => "Another reconfiguration is in progress.",
        ZooKeeperError.ApiError => "The operation was refused.",
        ZooKeeperError.NoNode => "The znode does not exist.",
        ZooKeeperError.NoAuth => "The znode's ACL does not permit this.",
        ZooKeeperError.BadVersion => "The znode has another version than the one expected.",
        ZooKeeperError.NoChildrenForEphemerals => "An ephemeral znode cannot have children.",
        ZooKeeperError.NodeExists => "The znode exists already.",
        ZooKeeperError.NotEmpty => "The znode has children.",
        ZooKeeperError.SessionExpired => "The session has expired; its ephemeral znodes are gone.",
        ZooKeeperError.InvalidCallback => "The callback is not valid.",
        ZooKeeperError.InvalidAcl => "The ACL is not valid.",
        ZooKeeperError.AuthFailed => "The server refused the credentials.",
        ZooKeeperError.SessionMoved => "The session has moved to another server.",
        ZooKeeperError.NotReadOnly => "The server is read-only: it has no quorum.",
        ZooKeeperError.EphemeralOnLocalSession => "A local session cannot own an ephemeral znode.",
        ZooKeeperError.NoWatcher => "There is no such watch.",
        ZooKeeperError.RequestTimeout => "The request was not finished in time.",
        ZooKeeperError.ReconfigDisabled => "Reconfiguration is switched off on the server.",
        ZooKeeperError.SessionClosedRequireSaslAuth => "The server closed the session: clients have to authenticate.",
        ZooKeeperError.QuotaExceeded => "The quota is exceeded.",
        ZooKeeperError.ThrottledOp => "The server is overloaded and did not take the request.",
        _ => $"Error {(int)code}.",
    };
}
