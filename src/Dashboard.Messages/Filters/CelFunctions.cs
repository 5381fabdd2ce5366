using System.Collections.Frozen;

namespace Dashboard.Messages.Filters;

/// <summary>
/// The functions and macros that an expression may call, and with how many arguments: those that the library registers. Of a part that
/// does not decide it never asks for one, and a mistyped name would stay unseen until a record comes that it does decide.
/// </summary>
static class CelFunctions
{
    /// <summary>Arguments with the receiver, which is the first: <c>size(key)</c> and <c>key.size()</c> are one call.</summary>
    static readonly FrozenDictionary<string, (int Least, int Most)> functions = new (string[] Names, int Least, int Most)[]
    {
        (["bool", "bytes", "decimal", "double", "duration", "dyn", "has", "int", "size", "string", "timestamp", "type", "uint"], 1, 1),
        (["contains", "endsWith", "matches", "startsWith"], 2, 2),
        // of a time, and the zone it is told in
        (["getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear", "getFullYear", "getMonth"], 1, 2),
        (["getHours", "getMilliseconds", "getMinutes", "getSeconds"], 1, 2),
    }.SelectMany(some => some.Names.Select(name => (name, some.Least, some.Most)))
        .ToFrozenDictionary(one => one.name, one => (one.Least, one.Most));

    /// <summary>Called of a list or a map, with a name and what is asked of each.</summary>
    static readonly FrozenSet<string> macros = FrozenSet.Create("all", "exists", "exists_one", "filter", "map");

    public static IEnumerable<string> Names => functions.Keys.Concat(macros);

    /// <exception cref="FilterException">Names the first call that cannot be, with its place.</exception>
    public static void Check(string expression)
    {
        foreach (var call in CelPlaces.Calls(expression))
        {
            if (WhyNot(call) is { } why)
            {
                throw new FilterException($"cel: {why}", call.Place);
            }
        }
    }

    static string? WhyNot(CelCall call)
    {
        var own = call.IsMember ? 1 : 0;
        return macros.Contains(call.Name)
            ? call is { IsMember: true, Arguments: 2 } ? null
                : $"{call.Name} is called of a list or a map, with a name and what is asked of each: list.{call.Name}(one, one > 1)."
            : !functions.TryGetValue(call.Name, out var takes) ? $"there is no function {call.Name}."
            : call.Arguments + own < takes.Least || call.Arguments + own > takes.Most
                ? $"{(own > 0 ? "." : "")}{call.Name}() takes {Words(takes.Least - own, takes.Most - own)}, not {call.Arguments}."
                : null;
    }

    static string Words(int least, int most) => least == most ? $"{Math.Max(0, most)} argument{(most == 1 ? "" : "s")}"
        : $"{least} or {most} arguments";
}
