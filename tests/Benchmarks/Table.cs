using System.Globalization;
using System.Text;

namespace Benchmarks;

/// <summary>Figures side by side, as Markdown; the ratio is Castellan's to the other's.</summary>
sealed class Table
{
    readonly List<(string What, string Unit, bool LowerIsBetter, Dictionary<string, double> By)> rows = [];

    public void Add(string what, string unit, string who, double value, bool lowerIsBetter)
    {
        Console.WriteLine($"{who,-10} {what,-44} {value.ToString("N2", CultureInfo.InvariantCulture),14} {unit}");
        var row = rows.FirstOrDefault(r => r.What == what);
        if (row.By is null)
        {
            rows.Add(row = (what, unit, lowerIsBetter, []));
        }

        row.By[who] = value;
    }

    public override string ToString()
    {
        var text = new StringBuilder("| measured | Castellan | Apache | ratio | better is |\n|---|---:|---:|---:|---|\n");
        foreach (var (what, unit, lowerIsBetter, by) in rows)
        {
            var ratio = by.TryGetValue("Castellan", out var ours) && by.TryGetValue("Apache", out var theirs) && theirs > 0 ? Text(ours / theirs) : "";
            text.Append(CultureInfo.InvariantCulture, $"| {what}, {unit} | {Cell("Castellan")} | {Cell("Apache")} | {ratio} | {(lowerIsBetter ? "lower" : "higher")} |\n");

            string Cell(string who) => by.TryGetValue(who, out var value) ? Text(value) : "";
        }

        return text.ToString();
    }

    static string Text(double value) => value.ToString(value >= 100 ? "N0" : "0.##", CultureInfo.InvariantCulture);
}
