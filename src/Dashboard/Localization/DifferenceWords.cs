using System.Globalization;
using Dashboard.Monitoring.Model;

namespace Dashboard.Localization;

/// <summary>A difference of the metadata check in words.</summary>
public static class DifferenceWords
{
    /// <summary>What differs, as one sentence without its full stop.</summary>
    public static string Of(Func<string, object?[], string> say, MetadataDifference difference) => say(
        $"Differs_{difference.Kind}",
        [difference.Where, difference.Said, string.Join(", ", difference.Brokers.Select(b => b.Said).Distinct())]);

    /// <summary>What to do about it.</summary>
    public static string Remedy(Func<string, object?[], string> say, DifferenceKind kind) => say($"Remedy_{kind}", []);

    /// <summary>What brokers say, those that say the same together.</summary>
    public static IEnumerable<string> Brokers(Func<string, object?[], string> say, MetadataDifference difference)
    {
        foreach (var alike in difference.Brokers.GroupBy(b => b.Said))
        {
            var words = alike.Key ?? say(
                difference.Kind == DifferenceKind.ConfigUntold ? "Check_Untold"
                : difference.Said is null || difference.Kind == DifferenceKind.Config ? "Check_Nothing"
                : "Check_KnowsNot",
                []);
            var ids = string.Join(", ", alike.Select(b => b.Broker.ToString(CultureInfo.InvariantCulture)));
            yield return alike.First().Broker < 0 ? say("Check_Asked", [words]) : say("Check_Says", [alike.Count(), ids, words]);
        }
    }

    /// <summary>In English, whoever reads: REST.</summary>
    public static string English(Text text, MetadataDifference difference)
    {
        string Say(string key, object?[] arguments) => Template.Fill(text.Table("en")[key], arguments);
        return $"{Of(Say, difference)}. {Remedy(Say, difference.Kind)}";
    }
}
