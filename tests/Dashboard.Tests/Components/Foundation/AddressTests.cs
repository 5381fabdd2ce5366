using System.Reflection;
using Dashboard.Components;
using Dashboard.Components.Foundation.Fields;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Tests.Components.Foundation;

/// <summary>Anybody writes addresses: what stands in one may be wrong, and no page fails for it.</summary>
public sealed class AddressTests
{
    [Fact]
    public void What_comes_from_an_address_comes_in_as_text()
    {
        var converted = typeof(DashboardPages).Assembly.GetTypes()
            .SelectMany(t => t.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly))
            .Where(p => p.IsDefined(typeof(SupplyParameterFromQueryAttribute), true))
            .Where(p => p.PropertyType != typeof(string) && p.PropertyType != typeof(string[]))
            .Select(p => $"{p.DeclaringType!.Name}.{p.Name}");
        Assert.Empty(converted);
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("abc", null)]
    [InlineData("-1", null)]
    [InlineData("99999999999999", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_number_that_is_none_is_no_number(string? text, int? expected) => Assert.Equal(expected, QueryNumber.Of(text));
}
