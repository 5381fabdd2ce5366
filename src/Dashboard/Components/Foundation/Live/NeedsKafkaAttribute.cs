namespace Dashboard.Components.Foundation.Live;

/// <summary>A page about what only Kafka tells: a cluster opened by its ensemble alone says so in its place.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NeedsKafkaAttribute : Attribute;
