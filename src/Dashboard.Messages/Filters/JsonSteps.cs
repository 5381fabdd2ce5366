using System.Globalization;
using System.Text.Json;

namespace Dashboard.Messages.Filters;

/// <summary>
/// A dotted path into JSON, as filters and columns have it: <c>who.name</c>, <c>lines.0.sku</c>; a list without the index stands for any of
/// its elements.
/// </summary>
public static class JsonSteps
{
    /// <summary>Visits what the path leads to, in order, until one fits; whether one did.</summary>
    public static bool Any(JsonElement at, ReadOnlySpan<string> left, Func<JsonElement, bool> fits)
    {
        if (left.Length == 0)
        {
            return fits(at);
        }

        if (at.ValueKind == JsonValueKind.Object)
        {
            return at.TryGetProperty(left[0], out var inner) && Any(inner, left[1..], fits);
        }

        if (at.ValueKind != JsonValueKind.Array)
        {
            return false;
        }

        if (int.TryParse(left[0], NumberStyles.None, CultureInfo.InvariantCulture, out var index))
        {
            return index < at.GetArrayLength() && Any(at[index], left[1..], fits);
        }

        foreach (var one in at.EnumerateArray())
        {
            if (Any(one, left, fits))
            {
                return true;
            }
        }

        return false;
    }
}
