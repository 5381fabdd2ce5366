namespace Kafka.Protocol.Tests;

public class ReplicaPlacementTests
{
    public static IEnumerable<TheoryDataRow<string>> Placements =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Fixtures", "placements.tsv"))
            .Select(line => new TheoryDataRow<string>(line));

    [Fact]
    public void Four_partitions_on_three_brokers_with_factor_two_are_the_tutorials_table() =>
        Assert.Equal("0,1 1,2 2,0 0,2", Text(ReplicaPlacement.Assign([0, 1, 2], 4, 2, startIndex: 0, startShift: 0)));

    /// <summary>
    /// Columns: brokers as id or id@rack, partitions, factor, start index and shift, first partition, what AdminUtils assigned.
    /// </summary>
    [Theory]
    [MemberData(nameof(Placements))]
    public void Placements_are_those_of_Kafkas_AdminUtils(string line)
    {
        var columns = line.Split('\t');
        var brokers = columns[0].Split(',')
            .Select(one => one.Split('@'))
            .Select(one => new BrokerRack(int.Parse(one[0]), one.Length > 1 ? one[1] : null))
            .ToList();
        var (partitions, factor, start, first) =
            (int.Parse(columns[1]), int.Parse(columns[2]), int.Parse(columns[3]), int.Parse(columns[4]));
        Assert.Equal(columns[5], Text(ReplicaPlacement.Assign(brokers, partitions, factor, start, start, first)));
    }

    [Fact]
    public void A_random_start_comes_from_the_generator_given()
    {
        var first = ReplicaPlacement.Assign([1, 2, 3, 4], 8, 3, random: new Random(5));
        Assert.Equal(Text(first), Text(ReplicaPlacement.Assign([1, 2, 3, 4], 8, 3, random: new Random(5))));
        Assert.All(first, replicas => Assert.Equal(3, replicas.Distinct().Count()));
        Assert.All(first.GroupBy(replicas => replicas[0]), leader => Assert.Equal(2, leader.Count()));
    }

    [Fact]
    public void What_cannot_be_placed_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ReplicaPlacement.Assign([0, 1], 1, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => ReplicaPlacement.Assign([0, 1], 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => ReplicaPlacement.Assign([0, 1], 1, 0));
        Assert.Throws<ArgumentException>(() => ReplicaPlacement.Assign([new BrokerRack(0, "a"), new BrokerRack(1, null)], 1, 1));
    }

    static string Text(IReadOnlyList<IReadOnlyList<int>> assignment) =>
        string.Join(' ', assignment.Select(replicas => string.Join(',', replicas)));
}
