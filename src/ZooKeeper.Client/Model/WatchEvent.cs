using ZooKeeper.Protocol;

namespace ZooKeeper.Client;

/// <summary>
/// What a watch reports. Type None with State Expired, AuthFailed or Closed is the last word of a watch whose session ended; Path is then
/// the watched one.
/// </summary>
public sealed record WatchEvent(WatchEventType Type, KeeperState State, string Path);
