using System.Text;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;

namespace ZooKeeper.Server.Tree;

/// <summary>
/// ACL lists that nodes share, by number (org.apache.zookeeper.server.ReferenceCountedACLCache): a snapshot stores the numbers in the nodes
/// and the lists once. Lists handed out are not changed by anyone. Owned by its tree.
/// </summary>
sealed class AclCache
{
    /// <summary>The number of "everything for everyone", which is not stored.</summary>
    public const long Open = -1;

    public static readonly List<ACL> OpenAcl = [new ACL { Perms = (int)Perms.All, Id = new Id { Scheme = "world", Value = "anyone" } }];

    public static readonly List<ACL> ReadOnlyAcl =
        [new ACL { Perms = (int)Perms.Read, Id = new Id { Scheme = "world", Value = "anyone" } }];

    readonly Dictionary<long, Entry> lists = [];
    readonly Dictionary<string, long> numbers = [];
    long last;

    public int Count => lists.Count;

    public IEnumerable<KeyValuePair<long, List<ACL>>> Lists => lists.Select(l => KeyValuePair.Create(l.Key, l.Value.Acl));

    /// <summary>The list's number, with one more user.</summary>
    public long Add(List<ACL> acl)
    {
        if (acl is [{ Perms: (int)Perms.All, Id: { Scheme: "world", Value: "anyone" } }])
        {
            return Open;
        }

        var key = Key(acl);
        if (!numbers.TryGetValue(key, out var number))
        {
            number = ++last;
            numbers[key] = number;
            lists[number] = new Entry(acl, key);
        }

        lists[number].Users++;
        return number;
    }

    /// <summary>One user less; the last one takes the list away.</summary>
    public void Release(long number)
    {
        if (lists.TryGetValue(number, out var entry) && --entry.Users <= 0)
        {
            lists.Remove(number);
            numbers.Remove(entry.Key);
        }
    }

    /// <exception cref="InvalidDataException">The tree names a list that it does not have.</exception>
    public List<ACL> Get(long number) =>
        number == Open ? OpenAcl
        : lists.TryGetValue(number, out var entry) ? entry.Acl
        : throw new InvalidDataException($"No ACL with number {number}.");

    /// <summary>From a snapshot: without users yet.</summary>
    public void Restore(long number, List<ACL> acl)
    {
        var key = Key(acl);
        lists[number] = new Entry(acl, key);
        numbers[key] = number;
        last = Math.Max(last, number);
    }

    /// <summary>A restored node uses the list.</summary>
    public void Use(long number)
    {
        if (number != Open)
        {
            _ = Get(number);
            lists[number].Users++;
        }
    }

    /// <summary>After a restore: lists that no node uses go.</summary>
    public void RemoveUnused()
    {
        foreach (var (number, entry) in lists.Where(l => l.Value.Users == 0).ToArray())
        {
            lists.Remove(number);
            numbers.Remove(entry.Key);
        }
    }

    public void Clear()
    {
        lists.Clear();
        numbers.Clear();
        last = 0;
    }

    static string Key(List<ACL> acl)
    {
        var key = new StringBuilder();
        foreach (var a in acl)
        {
            // lengths before the texts, so that no two lists have the same key
            key.Append(a.Perms).Append(':');
            key.Append(a.Id.Scheme.Length).Append(':').Append(a.Id.Scheme);
            key.Append(a.Id.Value.Length).Append(':').Append(a.Id.Value);
        }

        return key.ToString();
    }

    sealed class Entry(List<ACL> acl, string key)
    {
        public List<ACL> Acl => acl;

        public string Key => key;

        public int Users { get; set; }
    }
}
