using Testing;

namespace Dashboard.Nodes.Tests.Apache;

/// <summary>Directories that look like Apache's, and a Java that tells a version: what is looked at before anything starts.</summary>
sealed class FakeDistributions : IDisposable
{
    readonly TempDirectory directory = new();

    public string Kafka3 => Home("kafka3", "libs/kafka_2.13-3.9.2.jar", "libs/reload4j-1.2.19.jar");

    public string Kafka3WithZooKeeper =>
        Home("kafka3z", "libs/kafka_2.13-3.9.2.jar", "libs/zookeeper-3.8.4.jar", "libs/zookeeper-jute-3.8.4.jar");

    public string Kafka4 => Home("kafka4", "libs/kafka_2.13-4.3.0.jar", "libs/log4j-core-2.25.4.jar");

    public string Kafka2 => Home("kafka2", "libs/kafka_2.12-2.8.1.jar", "libs/zookeeper-3.5.9.jar");

    /// <summary>As Confluent Platform 7.6 lays it out, with the Kafka 3.6 that it has.</summary>
    public string Confluent => Home("confluent", "share/java/kafka/kafka_2.13-7.6.1-ccs.jar", "share/java/kafka/zookeeper-3.6.3.jar");

    public string ZooKeeper => Home("zk", "lib/zookeeper-3.9.5.jar", "lib/zookeeper-jute-3.9.5.jar", "lib/logback-classic-1.3.15.jar");

    public string Data => directory["data"];

    public void Dispose() => directory.Dispose();

    /// <summary>A JAVA_HOME whose java says that it is of this version.</summary>
    public string Java(string version)
    {
        var program = directory[$"java-{version}/bin/java"];
        Directory.CreateDirectory(Path.GetDirectoryName(program)!);
        File.WriteAllText(program, $"#!/bin/sh\necho 'openjdk version \"{version}\" 2025-04-15' >&2\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return directory[$"java-{version}"];
    }

    /// <summary>An environment of these variables alone.</summary>
    public static Func<string, string?> Environment(params (string Name, string Value)[] variables) =>
        name => variables.FirstOrDefault(v => v.Name == name).Value;

    string Home(string name, params string[] jars)
    {
        foreach (var jar in jars)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(directory[$"{name}/{jar}"])!);
            File.WriteAllText(directory[$"{name}/{jar}"], "");
        }

        return directory[name];
    }
}
