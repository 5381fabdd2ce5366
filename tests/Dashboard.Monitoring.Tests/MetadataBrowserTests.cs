using System.Text.Json.Nodes;
using Dashboard.Monitoring.Metadata;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Tests.Collectors;
using Kafka.Client.Admin;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Dashboard.Monitoring.Tests;

public sealed class MetadataBrowserTests : IAsyncDisposable
{
    readonly CollectorWorld world = new(brokers: 2);
    readonly MetadataBrowser browser;

    public MetadataBrowserTests() => browser = new MetadataBrowser(world.Kafka, () => world.Snapshot, world.Time);

    public ValueTask DisposeAsync()
    {
        browser.Dispose();
        return world.DisposeAsync();
    }

    [Fact]
    public async Task The_root_holds_the_branches()
    {
        var root = await ReadAsync("/");
        Assert.Equal(
            ["brokers", "topics", "configs", "client-quotas", "acls", "features", "scram-users"], root!.Children.Select(c => c.Name));
        Assert.Null(await ReadAsync("/nothing"));
    }

    [Fact]
    public async Task Quotas_are_named_by_what_they_are_for_and_slashes_in_names_do_not_part_them()
    {
        world.On<DescribeClientQuotasRequest>((_, _) => new DescribeClientQuotasResponse
        {
            Entries =
            [
                new()
                {
                    Entity = [new() { EntityType = "user", EntityName = "a/b%c" }, new() { EntityType = "client-id", EntityName = null }],
                    Values = [new() { Key = "producer_byte_rate", Value = 1.5 }],
                },
            ],
        });
        var name = Assert.Single((await ReadAsync("/client-quotas"))!.Children).Name;
        Assert.Equal("user=a/b%c,client-id=<default>", name);
        var path = MetadataPath.Child("/client-quotas", name);
        Assert.Equal(name, MetadataPath.Name(path));
        Assert.Equal(1.5, JsonNode.Parse((await ReadAsync(path))!.Value!)!["producer_byte_rate"]!.GetValue<double>());
        Assert.Equal(1, world.Asked<DescribeClientQuotasRequest>()); // the branch was read a moment ago
    }

    [Fact]
    public async Task Without_an_authorizer_the_branch_of_ACLs_is_there_and_says_so()
    {
        world.On<DescribeAclsRequest>((_, _) => new DescribeAclsResponse
        {
            ErrorCode = (short)ErrorCode.SecurityDisabled,
            ErrorMessage = "No Authorizer is configured.",
        });
        var acls = await ReadAsync("/acls");
        Assert.Equal(("SECURITY_DISABLED", SectionErrorKind.Refused), (acls!.Error!.Code, acls.Error.Kind));
        Assert.Empty(acls.Children);
    }

    [Fact]
    public async Task ACLs_are_by_type_and_name_and_prefixes_are_marked()
    {
        world.On<DescribeAclsRequest>((_, _) => new DescribeAclsResponse { Resources = [Acl("orders", 3), Acl("pay", 4)] });
        Assert.Equal("topic", Assert.Single((await ReadAsync("/acls"))!.Children).Name);
        Assert.Equal(["orders", "pay… (prefixed)"], (await ReadAsync("/acls/topic"))!.Children.Select(c => c.Name));
        var acl = JsonNode.Parse((await ReadAsync("/acls/topic/orders"))!.Value!)![0]!;
        Assert.Equal(
            ("User:anna", "Read", "Allow"), ((string)acl["principal"]!, (string)acl["operation"]!, (string)acl["permission"]!));
    }

    [Fact]
    public async Task Partitions_come_from_what_the_monitor_knows()
    {
        world.Know(new TopicInfo("orders", Guid.Empty, false, [Build.Partition(0, 1, [1, 0], [1, 0])]));
        world.On<DescribeTopicPartitionsRequest>((_, _) => new DescribeTopicPartitionsResponse
        {
            Topics =
            [
                new() { Name = "orders", Partitions = [new() { PartitionIndex = 0, EligibleLeaderReplicas = [0], LastKnownElr = [] }] },
            ],
        });
        Assert.Equal("0", Assert.Single((await ReadAsync("/topics/orders"))!.Children).Name);
        var partition = JsonNode.Parse((await ReadAsync("/topics/orders/0"))!.Value!)!;
        Assert.Equal((1, 0), (partition["leader"]!.GetValue<int>(), partition["eligibleLeaderReplicas"]![0]!.GetValue<int>()));
        Assert.Null(await ReadAsync("/topics/orders/7"));
        Assert.Null(await ReadAsync("/topics/none"));
    }

    [Fact]
    public async Task Users_with_SCRAM_credentials_are_named_without_a_secret()
    {
        world.On<DescribeUserScramCredentialsRequest>((_, _) => new DescribeUserScramCredentialsResponse
        {
            Results = [new() { User = "anna", CredentialInfos = [new() { Mechanism = 2, Iterations = 4096 }] }],
        });
        var user = JsonNode.Parse((await ReadAsync("/scram-users/anna"))!.Value!)![0]!;
        Assert.Equal(("SCRAM-SHA-512", 4096), ((string)user["mechanism"]!, user["iterations"]!.GetValue<int>()));
    }

    Task<MetadataView?> ReadAsync(string path) => browser.ReadAsync(path, CollectorWorld.Token);

    static DescribeAclsResponse.DescribeAclsResource Acl(string name, sbyte pattern) => new()
    {
        ResourceType = (sbyte)AclResourceType.Topic,
        ResourceName = name,
        PatternType = pattern,
        Acls =
        [
            new()
            {
                Principal = "User:anna",
                Host = "*",
                Operation = (sbyte)AclOperation.Read,
                PermissionType = (sbyte)AclPermission.Allow,
            },
        ],
    };
}
