using System.Collections.Immutable;
using Dashboard.Monitoring.Access;

namespace Dashboard.Security.Access;

/// <summary>Who follows a topic, which may take days: rules, accounts and tokens change meanwhile.</summary>
/// <param name="lasting">The actor as of now, each time.</param>
public sealed class FollowReader(Func<Actor> lasting, string cluster, string topic)
{
    /// <summary>As of the beginning; its masks hold for all that is followed.</summary>
    public Actor Actor { get; } = lasting();

    ImmutableArray<FieldMask> Masks => Actor.Permissions.Masks(cluster, topic);

    /// <summary>Why no more may be given, one sentence; null: it may.</summary>
    public string? WhyNot()
    {
        var now = lasting();
        return now.Ended
            ?? (!now.May(new Permission(AccessKind.Records, AccessAction.Read, cluster, topic)) ? "The records may not be read any longer."
                : !Same(Masks, now.Permissions.Masks(cluster, topic)) ? "Other fields of the records are masked now: follow again."
                : null);
    }

    // by their contents: rules that are read again are other objects
    static bool Same(ImmutableArray<FieldMask> before, ImmutableArray<FieldMask> now) =>
        before.Length == now.Length && before.Zip(now).All(pair => pair.First.Part == pair.Second.Part
            && pair.First.Header == pair.Second.Header && pair.First.Path.SequenceEqual(pair.Second.Path));
}
