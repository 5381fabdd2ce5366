using Wire.Generator.Tests.Messages;

namespace Wire.Generator.Tests;

public sealed class JuteCodeTests
{
    [Fact]
    public void A_record_has_the_bytes_of_jute()
    {
        using var writer = new WireWriter();
        new Person
        {
            id = 1,
            version = 2,
            flag = true,
            weight = 0.5,
            name = "ab",
            nick = null,
            data = new byte[] { 9 },
            maybeData = null,
        }.Write(writer);
        Assert.Equal(
            "0000000000000001" + "00000002" + "01" + "3FE0000000000000" + "000000026162" + "FFFFFFFF" + "0000000109" + "FFFFFFFF",
            Convert.ToHexString(writer.WrittenSpan));
    }

    [Fact]
    public void Records_nest_and_read_back()
    {
        var sent = new Family
        {
            head = new() { name = "head", nick = "h", maybeData = new byte[] { 1 } },
            members = [new() { name = "one" }, new() { id = -7 }],
            names = ["x", ""],
            @class = 3,
        };
        using var writer = new WireWriter();
        sent.Write(writer);
        var reader = new WireReader(writer.WrittenMemory);
        var read = (Family)Records.Read("Family", ref reader);
        Assert.Equal(0, reader.Remaining);
        Assert.Equal(("head", "h", 3), (read.head.name, read.head.nick, read.@class));
        Assert.Equal(new byte[] { 1 }, read.head.maybeData?.ToArray());
        Assert.Equal(["one", ""], read.members.Select(member => member.name));
        Assert.Equal(-7, read.members[1].id);
        Assert.Equal(["x", ""], read.names);
        Assert.Equal(["Family", "Person"], Records.Names);
    }

    [Fact]
    public void Nulls_of_fields_that_have_none_read_as_empty()
    {
        var person = Convert.FromHexString(
            "0000000000000001" + "00000002" + "01" + "3FE0000000000000" + "FFFFFFFF" + "FFFFFFFF" + "FFFFFFFF" + "FFFFFFFF");
        var family = new byte[person.Length + 12];
        person.CopyTo(family, 0);
        family.AsSpan(person.Length, 8).Fill(0xff); // members and names are null
        var reader = new WireReader(family);
        var read = Family.Read(ref reader);
        Assert.Equal("", read.head.name);
        Assert.Null(read.head.nick);
        Assert.True(read.head.data.IsEmpty);
        Assert.Null(read.head.maybeData);
        Assert.Empty(read.members);
        Assert.Null(read.names);
    }

    [Fact]
    public void A_record_cut_anywhere_is_refused()
    {
        using var writer = new WireWriter();
        new Family { members = [new() { name = "one" }], names = ["x"] }.Write(writer);
        for (var length = 0; length < writer.Length; length++)
        {
            Assert.Throws<WireFormatException>(() =>
            {
                var reader = new WireReader(writer.WrittenMemory[..length]);
                Family.Read(ref reader);
            });
        }
    }
}
