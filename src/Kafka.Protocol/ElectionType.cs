namespace Kafka.Protocol;

/// <summary>
/// Which replica ElectLeaders chooses (KIP-460): the first of the assignment, or any live one, even out of sync (which loses records).
/// </summary>
public enum ElectionType : sbyte
{
    Preferred = 0,
    Unclean = 1,
}
