using System.Collections.Immutable;
using System.Text;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Messages;

namespace Dashboard.Monitoring.Tests.Access;

/// <summary>What of a record is not for everybody. What cannot be decided is masked whole.</summary>
public sealed class RecordMaskingTests
{
    [Theory]
    [InlineData("$.card.number", """{"card":{"number":"4111","name":"A"},"n":1}""", """{"card":{"number":"********","name":"A"},"n":1}""")]
    [InlineData("$.card", """{"card":{"number":"4111"},"n":1}""", """{"card":"********","n":1}""")]
    [InlineData("$.items[*].price", """{"items":[{"price":1},{"price":2}]}""", """{"items":[{"price":"********"},{"price":"********"}]}""")]
    [InlineData("$.items.price", """{"items":[{"price":1},{"price":2}]}""", """{"items":[{"price":"********"},{"price":"********"}]}""")]
    [InlineData("$.items[1]", """{"items":[1,2]}""", """{"items":[1,"********"]}""")]
    [InlineData("$[*].a", """[{"a":1},{"b":2}]""", """[{"a":"********"},{"b":2}]""")]
    [InlineData("$.card.number", """{ "card": null }""", """{ "card": null }""")] // as it was written, where there is nothing to mask
    [InlineData("$.card.number", """{"card":{"number":"4111""", "********")] // cut off
    [InlineData("$.card.number", "card=4111", "********")]
    [InlineData("$.a", """{"a":1,"a":2}""", "********")] // nobody knows which of the two a reader takes
    [InlineData("$.card.number", """{"\ud800":1,"card":{"number":"4111"}}""", "********")] // a name that cannot be read
    [InlineData("value", "anything", "********")]
    // values of another form than the mask was written for: what it is to hide may be in them
    [InlineData("$.card.number", """{"card":"4111"}""", """{"card":"********"}""")]
    [InlineData("$.card.number", """{"card":["4111",{"number":1},null]}""", """{"card":["********",{"number":"********"},null]}""")]
    [InlineData("$.cards[*].number", """{"cards":{"number":"4111","a":2}}""", """{"cards":{"number":"********","a":2}}""")]
    [InlineData("$.cards[0]", """{"cards":{"number":"4111"}}""", """{"cards":"********"}""")]
    [InlineData("$.card.number", """ "{\"card\":{\"number\":4111}}" """, "********")] // JSON made a text
    [InlineData("$.card.number", "4111", "********")]
    [InlineData("$.card.number", "null", "null")]
    [InlineData("""$["card.number"]""", """{"card.number":"4111","card":{"a":1}}""", """{"card.number":"********","card":{"a":1}}""")]
    [InlineData("$.a['b]'].c[*]", """{"a":{"b]":{"c":[1,2]}}}""", """{"a":{"b]":{"c":["********","********"]}}}""")]
    public void A_field_of_a_value(string mask, string value, string shown)
    {
        var seen = Seen(new Rules(true, mask), value);
        Assert.Equal(shown, Text(seen.Value));
        Assert.Equal(("key-1", "h", Concealed.Parts), (Text(seen.Key), Text(seen.Headers.Single().Value), seen.Concealed));
    }

    [Fact]
    public void Keys_headers_and_nothing()
    {
        Assert.Equal("********", Text(Seen(new Rules(true, "key"), "v").Key));
        Assert.Equal("********", Text(Seen(new Rules(true, "trace"), "v").Headers.Single().Value));
        Assert.Equal("h", Text(Seen(new Rules(true, "header:key"), "v").Headers.Single().Value));
        Assert.Null(Seen(new Rules(true, "value"), null).Value); // a tombstone stays one
        Assert.Equal(Concealed.Nothing, Seen(new Rules(true), "v").Concealed);
    }

    [Fact]
    public void Who_may_not_read_records_gets_none_of_it()
    {
        var seen = Seen(new Rules(false), "secret");
        Assert.Equal((null, null, null, Concealed.All), (seen.Key, seen.Value, seen.Headers.Single().Value, seen.Concealed));
        Assert.Equal(6, seen.ValueLength);
    }

    [Theory]
    [InlineData("")]
    [InlineData("$")]
    [InlineData("$card")]
    [InlineData("$.")]
    [InlineData("$.a[")]
    [InlineData("$.a[x]")]
    [InlineData("$..a")]
    [InlineData("$['a")]
    [InlineData("$['a'x]")]
    [InlineData("$['']")]
    [InlineData("$['[0]']")]
    public void A_path_that_cannot_be_read_is_refused(string text) => Assert.Throws<FormatException>(() => FieldMask.Parse(text));

    static MessageView Seen(IPermissions permissions, string? value)
    {
        var bytes = value is null ? (ImmutableArray<byte>?)null : [.. Encoding.UTF8.GetBytes(value)];
        var message = new MessageView(
            0, 1, 0, false, [.. "key-1"u8], bytes, 5, value?.Length ?? 0, [new MessageHeaderView("trace", [.. "h"u8])]);
        return RecordMasking.Of(message, new Actor("anna", null, permissions), "prod", "payments");
    }

    static string? Text(ImmutableArray<byte>? bytes) => bytes is { } all ? Encoding.UTF8.GetString(all.AsSpan()) : null;

    sealed class Rules(bool reads, params string[] masks) : IPermissions
    {
        public bool May(Permission permission) =>
            reads && permission == new Permission(AccessKind.Records, AccessAction.Read, "prod", "payments");

        public string RolesOn(string? cluster) => "";

        public ImmutableArray<FieldMask> Masks(string cluster, string topic) => [.. masks.Select(FieldMask.Parse)];
    }
}
