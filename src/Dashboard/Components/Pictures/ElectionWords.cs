using Dashboard.Localization;
using Dashboard.Monitoring.Model;

namespace Dashboard.Components.Pictures;

/// <summary>An election, or a question who leads, in one line.</summary>
static class ElectionWords
{
    /// <param name="name">Of a server, by its id.</param>
    public static string Of(Text text, ElectionView election, Func<int, string> name)
    {
        var lookers = election.Lookers.Select(name).ToArray();
        var who = string.Join(", ", lookers);
        return (election.Kind, election.LeaderId, election.EndedAt) switch
        {
            (ElectionKind.Rejoin, { } leader, _) => text["Election_Rejoin", lookers.Length, who, name(leader)],
            (ElectionKind.Unanswered, _, null) => text["Election_Asks", lookers.Length, who],
            (ElectionKind.Unanswered, _, _) => text["Election_Asked", lookers.Length, who],
            (_, { } leader, _) when election.Epoch is { } epoch => text["Election_Elected", name(leader), epoch],
            (_, { } leader, not null) => text["Election_NotOpened", name(leader)],
            (_, _, null) => text["Election_UnderWay", who],
            _ => text["Election_Undecided", who],
        };
    }

    public static string Took(Text text, ElectionView election) => election.EndedAt is not { } ended ? text["Election_Running"]
        : ended - election.StartedAt is var took && took < TimeSpan.FromSeconds(10)
            ? $"{Format.Number((long)Math.Round(took.TotalMilliseconds))} ms"
        : Format.Duration(text, took);
}
