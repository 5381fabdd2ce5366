using Dashboard.Localization;

namespace Dashboard.Components.Foundation.States;

/// <summary>A group's id as people see it: Kafka takes an empty one, of which nothing would be there to see or to click.</summary>
public static class GroupName
{
    public static string Of(Text text, string id) => id.Length == 0 ? text["Group_EmptyId"] : id;
}
