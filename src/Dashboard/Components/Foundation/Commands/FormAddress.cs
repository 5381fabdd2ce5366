using Microsoft.AspNetCore.WebUtilities;

namespace Dashboard.Components.Foundation.Commands;

/// <summary>A field of a form that stands in its address.</summary>
/// <param name="Name">In the address: as the request has it.</param>
/// <param name="Write">Takes what an address has.</param>
public sealed record AddressField(string Name, Func<string> Read, Action<string> Write)
{
    /// <summary>Of one that is ticked or not.</summary>
    public static AddressField Of(string name, Func<bool> read, Action<bool> write) =>
        new(name, () => read() ? "true" : "false", text => write(text == "true"));

    /// <summary>Of rows with a name and a value each, in their order; a name may come twice. Empty rows do not stand there.</summary>
    public static AddressField Of(
        string name, Func<IEnumerable<(string Name, string Value)>> read, Action<IEnumerable<(string Name, string Value)>> write) =>
        new(name, () => Joined(read()), text => write(Cut(text)));

    /// <summary>Of names alone, in their order.</summary>
    public static AddressField Of(string name, Func<IEnumerable<string>> read, Action<IEnumerable<string>> write) => new(
        name,
        () => string.Join('&', read().Select(Uri.EscapeDataString)),
        text => write(Cut(text).Select(row => row.Name)));

    static string Joined(IEnumerable<(string Name, string Value)> rows) => string.Join('&', rows
        .Where(row => row.Name.Length + row.Value.Length > 0)
        .Select(row => $"{Uri.EscapeDataString(row.Name)}={Uri.EscapeDataString(row.Value)}"));

    static List<(string Name, string Value)> Cut(string text)
    {
        var rows = new List<(string, string)>();
        foreach (var row in new QueryStringEnumerable(text))
        {
            rows.Add((row.DecodeName().ToString(), row.DecodeValue().ToString()));
        }

        return rows;
    }
}

/// <summary>What is chosen in a form, as an address: what is as it was at the beginning is left out.</summary>
public sealed class FormAddress
{
    /// <summary>Longer ones do not get through every proxy: what is longest is left out then.</summary>
    public const int Longest = 4_000;

    readonly List<(AddressField Field, string Otherwise)> fields;
    readonly HashSet<string> given = new(StringComparer.OrdinalIgnoreCase);

    public FormAddress(IEnumerable<AddressField> fields) => this.fields = [.. fields.Select(field => (field, field.Read()))];

    /// <summary>Alone it leaves no room for the others.</summary>
    public static bool IsTooLong(string? value) => Uri.EscapeDataString(value ?? "").Length > Longest * 3 / 4;

    /// <summary>Fields that did not fit into the last address.</summary>
    public IReadOnlyList<string> Left { get; private set; } = [];

    /// <summary>Fills in what an address has.</summary>
    /// <returns>The names that it has.</returns>
    public IReadOnlySet<string> Read(Uri address)
    {
        foreach (var (name, text) in QueryHelpers.ParseQuery(address.Query))
        {
            given.Add(name);
            fields.Find(one => one.Field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Field?.Write(text.ToString());
        }

        return given;
    }

    /// <summary>The form begins with something else, which was read meanwhile; what was chosen in it stays.</summary>
    /// <param name="begin">Fills all of it in.</param>
    public FormAddress Over(Action begin)
    {
        (AddressField Field, string Text)[] chosen =
        [
            .. fields.Select(one => (one.Field, Text: one.Field.Read(), one.Otherwise))
                .Where(one => one.Text != one.Otherwise || given.Contains(one.Field.Name)).Select(one => (one.Field, one.Text)),
        ];
        begin();
        var next = new FormAddress(fields.Select(one => one.Field));
        next.given.UnionWith(given);
        foreach (var (field, text) in chosen)
        {
            field.Write(text);
        }

        return next;
    }

    /// <param name="more">What stands there beside the fields.</param>
    public string Href(string path, params ReadOnlySpan<(string Name, string? Value)> more)
    {
        var parts = new List<(string Name, string Text)>();
        foreach (var (name, value) in more)
        {
            if (!string.IsNullOrEmpty(value))
            {
                parts.Add((name, Part(name, value)));
            }
        }

        var chosen = fields.Select(one => (one.Field.Name, Value: one.Field.Read(), one.Otherwise)).Where(one => one.Value != one.Otherwise)
            .Select(one => (one.Name, Text: Part(one.Name, one.Value))).ToList();
        var left = new List<string>();
        // the longest go first: a record's body is lost rather than ten small choices
        while (path.Length + parts.Concat(chosen).Sum(one => one.Text.Length + 1) > Longest && chosen.Count > 0)
        {
            var longest = chosen.MaxBy(one => one.Text.Length);
            left.Add(longest.Name);
            chosen.Remove(longest);
        }

        Left = left;
        var all = string.Join('&', parts.Concat(chosen).Select(one => one.Text));
        return all.Length == 0 ? path : $"{path}?{all}";
    }

    static string Part(string name, string value) => $"{name}={Uri.EscapeDataString(value)}";
}
