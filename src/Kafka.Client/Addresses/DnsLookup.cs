namespace Kafka.Client;

/// <summary>What is made of a name with several addresses: client.dns.lookup.</summary>
public enum DnsLookup
{
    /// <summary>All are tried, one after the other: use_all_dns_ips, Kafka's default.</summary>
    UseAllAddresses,

    /// <summary>
    /// Each bootstrap name is replaced by the canonical names of its addresses, as for a load balancer whose brokers have certificates
    /// or Kerberos principals of their own: resolve_canonical_bootstrap_servers_only.
    /// </summary>
    ResolveCanonicalBootstrapServers,
}
