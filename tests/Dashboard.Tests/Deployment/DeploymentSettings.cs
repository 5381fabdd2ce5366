using System.Reflection;
using Dashboard.Hosting;

namespace Dashboard.Tests.Deployment;

/// <summary>What files of deployment may set.</summary>
static class DeploymentSettings
{
    /// <summary>CASTELLAN_SIGNIN__LOCAL: the property Local of the property SignIn of the options; numbers are places in a list.</summary>
    public static void AssertKnown(string variable)
    {
        Assert.StartsWith("CASTELLAN_", variable, StringComparison.Ordinal);
        var type = typeof(CastellanOptions);
        foreach (var part in variable["CASTELLAN_".Length..].Split("__").Where(part => !int.TryParse(part, out _)))
        {
            const BindingFlags all = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
            var property = type.GetProperties(all).FirstOrDefault(p => p.Name.Equals(part, StringComparison.OrdinalIgnoreCase));
            Assert.True(property is not null, $"{variable}: {type.Name} has no {part}.");
            type = property.PropertyType;
        }
    }
}
