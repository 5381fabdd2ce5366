namespace Dashboard.Monitoring.Commands.Placement;

/// <summary>Partitions or brokers in a sentence: of many the first, and how many they are.</summary>
static class IdList
{
    const int Most = 50;

    public static string Of(IReadOnlyCollection<int> ids) =>
        string.Join(", ", ids.Take(Most)) + (ids.Count > Most ? $", … ({ids.Count})" : "");
}
