using System.Reflection;
using System.Text.RegularExpressions;
using Dashboard.Clusters;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Commands;
using Dashboard.Operations;
using Testing;

namespace Dashboard.Tests.Security;

/// <summary>Nothing that pages call changes anything, or reads records, without saying who asks.</summary>
public sealed class ActorTests
{
    static readonly string source = Path.Combine(RunningDashboard.Root, "src", "Dashboard");

    [Theory]
    [InlineData(typeof(IClusterCommands), "Run")]
    [InlineData(typeof(IClusterCatalog), "Add|Replace|Remove|Test")]
    [InlineData(typeof(IMessageReader), "Read")]
    [InlineData(typeof(Dashboard.Messages.Scanning.IMessageScanner), "Scan")]
    [InlineData(typeof(Dashboard.Messages.Jobs.JobRunner), "Plan|Stop|Remove")]
    [InlineData(typeof(NodeActions), "Run|Audited")]
    [InlineData(typeof(BrokerMembership), "Add|Remove")]
    [InlineData(typeof(EngineExchanges), "Begin|Plan")]
    public void What_changes_or_reads_records_takes_an_actor(Type type, string names)
    {
        var methods = type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Where(method => Regex.IsMatch(method.Name, $"^({names})")).ToList();
        Assert.NotEmpty(methods);
        Assert.All(methods, method => Assert.Contains(typeof(Actor), method.GetParameters().Select(parameter => parameter.ParameterType)));
    }

    /// <summary>Those that only look: a method that is none of these has to take an actor, and stand above.</summary>
    [Fact]
    public void Commands_and_catalog_have_no_other_way_to_change() => Assert.All(
        new[] { typeof(IClusterCommands), typeof(IClusterCatalog) }.SelectMany(type => type.GetMethods())
            .Where(method => !method.IsSpecialName),
        method => Assert.Matches("^(Run|Add|Replace|Remove|Test|Plan)", method.Name));

    /// <summary>Nodes are changed through Operations, and only what runs by itself may everything.</summary>
    [Theory]
    [InlineData(@"\.(ActAsync|AddBrokerAsync|RemoveBrokerAsync)\(", "Operations/", "Hosting/")]
    [InlineData(@"Actor\.Program\(", "Hosting/", "Sample/", "Clusters/ClusterCatalog.cs")]
    [InlineData(@"\.ToUndo\(|Permissions\.Unlimited", "Components/Features/Walkthroughs/WalkthroughSession.cs")]
    public void No_page_goes_round_the_rules(string call, params string[] allowed)
    {
        var files = Directory.EnumerateFiles(source, "*.*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is ".cs" or ".razor")
            .Select(file => (Name: Path.GetRelativePath(source, file).Replace('\\', '/'), File: file))
            .Where(file => file.Name.Split('/')[0] is not ("obj" or "bin"))
            .Where(file => Regex.IsMatch(File.ReadAllText(file.File), call)).ToList();
        Assert.NotEmpty(files);
        var names = files.Select(file => file.Name);
        Assert.DoesNotContain(names, name => !allowed.Any(place => name.StartsWith(place, StringComparison.Ordinal)));
    }
}
