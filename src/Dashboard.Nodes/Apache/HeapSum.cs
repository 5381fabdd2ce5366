using Wire;

namespace Dashboard.Nodes.Apache;

/// <summary>
/// What Java may take for all nodes together. Heaps that are larger than the memory come to an end in the middle of the work, by the
/// kernel's choice.
/// </summary>
/// <param name="Bytes">128 bits: 32 nodes of 999,999,999g are more than 64 hold.</param>
/// <param name="Memory">What this machine lets its programs have, in bytes.</param>
readonly record struct HeapSum(UInt128 Bytes, long Memory)
{
    /// <param name="coordinators">How many nodes have the heap of ZooKeeper's servers.</param>
    /// <param name="others">How many have that of Kafka's.</param>
    public static HeapSum Of(string kafkaHeap, string zooKeeperHeap, int coordinators, int others, long memory) => new(
        ((UInt128)others * (ulong)(ApacheOptions.BytesOf(kafkaHeap) ?? 0))
            + ((UInt128)coordinators * (ulong)(ApacheOptions.BytesOf(zooKeeperHeap) ?? 0)),
        memory);

    public bool Fits => Bytes <= (ulong)Memory;

    public CodedText Found => CodedText.Of("HeapsFit", $"{Heaps} of heap in all; this machine has {Machine}");

    /// <summary>Null: they fit.</summary>
    public CodedText? Problem => Fits ? null : CodedText.Of(
        "HeapsTooLarge", $"The heaps of all nodes come to {Heaps}, and this machine has {Machine}: take smaller ones, or fewer nodes.");

    /// <summary>The same of one node more, as the end of a sentence.</summary>
    public CodedText? ProblemOfOneMore => Fits ? null : CodedText.Of(
        "HeapsWouldBeTooLarge", $"the heaps of all nodes would come to {Heaps}, and this machine has {Machine}");

    string Heaps => $"{Bytes >> 20} MB";

    string Machine => $"{Memory >> 20} MB";
}
