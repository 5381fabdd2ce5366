namespace Kafka.Broker.Groups;

/// <summary>One way of assigning that a member can do, with what it wants assigned (for consumers: the subscription).</summary>
sealed record MemberProtocol(string Name, byte[] Metadata);

/// <summary>A member of a group. Owned by the coordinator's loop. Times in milliseconds.</summary>
sealed class GroupMember
{
    /// <summary>Changes when a static member comes back.</summary>
    public required string MemberId { get; set; }

    /// <summary>group.instance.id (KIP-345); null for a dynamic member.</summary>
    public string? InstanceId { get; init; }

    public required string ClientId { get; init; }

    /// <summary>As Java writes an address: "/127.0.0.1".</summary>
    public required string ClientHost { get; init; }

    public required int RebalanceTimeout { get; set; }

    public required int SessionTimeout { get; set; }

    /// <summary>In the order of the member's preference.</summary>
    public required IReadOnlyList<MemberProtocol> Protocols { get; set; }

    public byte[] Assignment { get; set; } = [];

    /// <summary>Until its first round completes: it does not know its id, so it cannot send heartbeats.</summary>
    public bool IsNew { get; set; }

    /// <summary>The parked answer to its JoinGroup; null when it has none open.</summary>
    public Action<JoinAnswer>? AwaitingJoin { get; set; }

    /// <summary>The parked answer to its SyncGroup.</summary>
    public Action<SyncAnswer>? AwaitingSync { get; set; }

    public GroupTimer Session { get; } = new();

    public bool IsStatic => InstanceId is not null;

    /// <summary>Its metadata for a protocol; empty for one that it did not name.</summary>
    public byte[] Metadata(string? protocol) => Protocols.FirstOrDefault(each => each.Name == protocol)?.Metadata ?? [];

    public bool Supports(string protocol) => Protocols.Any(each => each.Name == protocol);

    /// <summary>Same protocols with the same metadata in the same order.</summary>
    public bool Matches(IReadOnlyList<MemberProtocol> others) =>
        Protocols.Count == others.Count
        && Protocols.Zip(others).All(pair =>
            pair.First.Name == pair.Second.Name && pair.First.Metadata.AsSpan().SequenceEqual(pair.Second.Metadata));

    /// <summary>The protocol this member likes best of those left.</summary>
    public string Vote(IReadOnlySet<string> candidates) => Protocols.First(each => candidates.Contains(each.Name)).Name;

    public void AnswerJoin(JoinAnswer answer)
    {
        var parked = AwaitingJoin;
        AwaitingJoin = null;
        parked?.Invoke(answer);
    }

    public void AnswerSync(SyncAnswer answer)
    {
        var parked = AwaitingSync;
        AwaitingSync = null;
        parked?.Invoke(answer);
    }
}
