using Wire.Security;

namespace Wire.Tests.Security;

public sealed class JaasTests
{
    [Theory]
    [InlineData("a.b.C required;", "a.b.C", "")]
    [InlineData("  a.b.C\n  REQUIRED\n user=\"x\"\n pass='y' ;  ", "a.b.C", "user=x|pass=y")]
    [InlineData("C required user = \"x\" flag=true;", "C", "user=x|flag=true")]
    [InlineData("C required p=\"a;b=c 'd' //e\";", "C", "p=a;b=c 'd' //e")]
    [InlineData(@"C required p=""a\""b\\c\td\101\x"";", "C", "p=a\"b\\c\tdAx")]
    [InlineData(@"C required p=""\4567"";", "C", "p=%67")]
    [InlineData("C required p='say \"hi\"';", "C", "p=say \"hi\"")]
    [InlineData("/* old */ C required // now\n p=x;", "C", "p=x")]
    [InlineData("C optional p=\"\";", "C", "p=")]
    [InlineData("a.$B_c-d sufficient p=1;", "a.$B_c-d", "p=1")]
    [InlineData("C required p=1 p=2;", "C", "p=2")]
    public void What_Kafka_reads_is_read(string text, string module, string options)
    {
        var entry = JaasEntry.Parse(text);
        Assert.Equal(module, entry.Module);
        Assert.Equal(options, string.Join('|', entry.Options.Select(option => $"{option.Key}={option.Value}")));
    }

    [Theory]
    [InlineData("", "the class of a login module is expected at character 1")]
    [InlineData("C", "one of required, requisite, sufficient, optional is expected at character 2")]
    [InlineData("C wanted;", "one of required")]
    [InlineData("C required", "an option or the ';'")]
    [InlineData("C required user;", "'=' after an option")]
    [InlineData("C required user=;", "the value of user")]
    [InlineData("C required password=\"hidden;", "a \" that ends what begins")]
    [InlineData("C required password=\"hidden\" hidden-too;", "'=' after an option")]
    [InlineData("C required; D required;", "one login module is allowed")]
    public void What_is_wrong_is_said_with_its_place(string text, string why)
    {
        var error = Assert.Throws<CodedFormatException>(() => JaasEntry.Parse(text));
        Assert.Contains(why, error.Message);
        Assert.DoesNotContain("hidden;", error.Message);
    }

    [Fact]
    public void A_section_of_a_file_is_found_among_others()
    {
        const string file = "Server { a.S required user_x=\"y\"; };\n// now ours\n"
            + "Client {\n  a.C required username=\"u\" password=\"p\";\n};\n";
        Assert.Equal(("a.C", "p"), (JaasEntry.Parse(file, "Client")!.Module, JaasEntry.Parse(file, "Client")!.Options["password"]));
        Assert.Null(JaasEntry.Parse(file, "Other"));
        Assert.Throws<CodedFormatException>(() => JaasEntry.Parse("Client { a.C required }", "Client"));
        Assert.Throws<CodedFormatException>(() => JaasEntry.Parse("Client a.C required;", "Client"));
    }

    [Fact]
    public void Options_are_not_printed() =>
        Assert.Equal("a.b.C", JaasEntry.Parse("a.b.C required password=\"hidden\";").ToString());
}
