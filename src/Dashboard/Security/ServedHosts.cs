using Dashboard.Addresses;

namespace Dashboard.Security;

/// <summary>The names by which this server may be called: this machine's own, and those that were given.</summary>
/// <param name="signIn">Whether one has to sign in, so that others may be given.</param>
sealed class ServedHosts(bool signIn, IEnumerable<string> names)
{
    readonly HashSet<string> given = new(signIn ? names.Select(Bare) : [], StringComparer.OrdinalIgnoreCase);

    /// <summary>For users who came by another one.</summary>
    public string WayOut => signIn
        ? " If it is a name of this server, Castellan:SignIn:Hosts has to list it."
        : " Without sign-in only localhost and this machine's loopback addresses are; with it, those of Castellan:SignIn:Hosts.";

    /// <param name="host">Without port; an IPv6 address with or without brackets.</param>
    public bool Has(string host) => ServedUrls.IsLoopback(host) || given.Contains(Bare(host));

    static string Bare(string host) => host.Trim('[', ']');
}
