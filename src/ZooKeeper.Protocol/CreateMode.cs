namespace ZooKeeper.Protocol;

/// <summary>CreateRequest.Flags.</summary>
public enum CreateMode
{
    Persistent = 0,
    Ephemeral = 1,
    PersistentSequential = 2,
    EphemeralSequential = 3,

    /// <summary>Deleted by the server some time after its last child was deleted.</summary>
    Container = 4,
    PersistentWithTtl = 5,
    PersistentSequentialWithTtl = 6,
}

public static class CreateModes
{
    public static bool IsEphemeral(this CreateMode mode) => mode is CreateMode.Ephemeral or CreateMode.EphemeralSequential;

    public static bool IsSequential(this CreateMode mode) =>
        mode is CreateMode.PersistentSequential or CreateMode.EphemeralSequential or CreateMode.PersistentSequentialWithTtl;

    public static bool IsTtl(this CreateMode mode) => mode is CreateMode.PersistentWithTtl or CreateMode.PersistentSequentialWithTtl;

    /// <summary>
    /// The operation that creates such a node: <paramref name="plain"/> (Create or Create2) unless the mode has one of its own.
    /// </summary>
    public static OpCode ToOpCode(this CreateMode mode, OpCode plain) =>
        mode == CreateMode.Container ? OpCode.CreateContainer : mode.IsTtl() ? OpCode.CreateTtl : plain;
}
