using System.Globalization;
using System.Text;

namespace Benchmarks;

/// <summary>Figures side by side, as Markdown; the ratio is of the first to the second.</summary>
sealed class Table(string first, string second)
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
        var text = new StringBuilder($"| measured | {first} | {second} | ratio | better is |\n|---|---:|---:|---:|---|\n");
        foreach (var (what, unit, lowerIsBetter, by) in rows)
        {
            var ratio = by.TryGetValue(first, out var ours) && by.TryGetValue(second, out var theirs) && theirs > 0
                ? Text(ours / theirs)
                : "";
            var better = lowerIsBetter ? "lower" : "higher";
            text.Append(CultureInfo.InvariantCulture, $"| {what}, {unit} | {Cell(first)} | {Cell(second)} | {ratio} | {better} |\n");

            string Cell(string who) => by.TryGetValue(who, out var value) ? Text(value) : "";
        }

        return text.ToString();
    }

    static string Text(double value) => value.ToString(value >= 100 ? "N0" : "0.##", CultureInfo.InvariantCulture);
}
