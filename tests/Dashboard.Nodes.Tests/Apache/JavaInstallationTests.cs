using Dashboard.Nodes.Apache;

namespace Dashboard.Nodes.Tests.Apache;

public sealed class JavaInstallationTests : IDisposable
{
    readonly FakeDistributions homes = new();

    public void Dispose() => homes.Dispose();

    [Theory]
    [InlineData("openjdk version \"17.0.15\" 2025-04-15", 17)]
    [InlineData("java version \"1.8.0_402\"", 8)]
    [InlineData("Picked up JAVA_TOOL_OPTIONS: -Xint\nopenjdk version \"21\" 2023-09-19", 21)]
    [InlineData("no such thing", null)]
    public void The_version_is_read_from_what_Java_prints(string told, int? major) =>
        Assert.Equal(major, JavaInstallation.MajorOf(told));

    [Fact]
    public void JAVA_HOME_comes_before_the_path()
    {
        var found = Find(17, ("JAVA_HOME", homes.Java("21.0.1")), ("PATH", Path.Combine(homes.Java("17.0.15"), "bin")));
        Assert.Equal(21, found.Major);
        Assert.Equal(17, Find(17, ("PATH", $"/nowhere:{Path.Combine(homes.Java("17.0.15"), "bin")}")).Major);
    }

    [Fact]
    public void Without_a_Java_that_will_do_it_says_which_and_where_it_looked()
    {
        Refused("JAVA_HOME is not set, and no directory of PATH has a java. Kafka 4.3.0 needs Java 17 or later", ("PATH", "/nowhere"));
        Refused("JAVA_HOME is /nowhere, and there is no /nowhere/bin/java", ("JAVA_HOME", "/nowhere"));
        Refused("is Java 11. Kafka 4.3.0 needs Java 17 or later", ("JAVA_HOME", homes.Java("11.0.2")));
        Refused("does not tell a version", ("JAVA_HOME", homes.Java("odd")));
    }

    static JavaInstallation Find(int wanted, params (string, string)[] variables) =>
        JavaInstallation.Find(wanted, "Kafka 4.3.0", FakeDistributions.Environment(variables));

    static void Refused(string words, params (string, string)[] variables)
    {
        var refusal = Assert.Throws<HostingException>(() => Find(17, variables));
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
    }
}
