using Wire;

namespace Kafka.Client.Configuration;

/// <summary>What a client's properties come to.</summary>
/// <param name="BootstrapServers">bootstrap.servers, HOST:PORT,…; null when it is not among them.</param>
/// <param name="Warnings">One sentence for each property that is not known, or that does not do here what it does elsewhere.</param>
public sealed record ClientConfiguration(KafkaClientOptions Options, string? BootstrapServers, IReadOnlyList<CodedText> Warnings);
