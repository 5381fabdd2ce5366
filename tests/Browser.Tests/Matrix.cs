using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Browser.Tests;

/// <summary>A placement matrix as a screen reader hears it: every cell says in a sentence what it is.</summary>
sealed class Matrix(ILocator svg)
{
    public ILocator Cells => svg.Locator(".cell");

    /// <summary>The place of a broker in a partition's row. Brokers 0, 1, 2 are columns 0, 1, 2.</summary>
    public ILocator Cell(int partition, int broker) => svg.Locator($".cell[data-x='{broker}'][data-y='{partition}']");

    public Task SaysAsync(int partition, int broker, string pattern, float seconds = 20) =>
        Expect(Cell(partition, broker)).ToHaveAttributeAsync(
            "aria-label", new Regex($"^Partition {partition} on broker {broker}: {pattern}"), new() { Timeout = seconds * 1000 });
}
