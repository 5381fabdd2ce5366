using System.Text.Json;
using System.Text.RegularExpressions;
using Dashboard.Messages.Generating;

namespace Dashboard.Messages.Tests.Generating;

/// <summary>Templates make what they say, the same again from the same seed, and tell what is wrong where it stands.</summary>
public sealed class TextTemplateTests
{
    static readonly DateTimeOffset now = new(2026, 11, 29, 12, 30, 15, 250, TimeSpan.Zero);

    [Theory]
    [InlineData("plain", "^plain$")]
    [InlineData("ord-{{counter}}", "^ord-8$")]
    [InlineData("{{ counter 100 -10 }}", "^30$")]
    [InlineData("{{random 1 3}}", "^[1-3]$")]
    [InlineData("{{random 0.50 0.99}}", @"^0\.[5-9]\d$")]
    [InlineData("{{choice \"a b\" c \"d\\\"}}\"}}", "^(a b|c|d\"}})$")]
    [InlineData("{{uuid}}", "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
    [InlineData("{{now}}", @"^2026-11-29T12:30:15\.250Z$")]
    [InlineData("{{now \"unix\"}}", "^1795955415$")]
    [InlineData("{{now ms}}", "^1795955415250$")]
    [InlineData("{{now \"yyyy-MM-dd\"}}", "^2026-11-29$")]
    [InlineData("{{lorem 5}}", @"^\w+( \w+){4}$")]
    [InlineData("{{name.fullName}}", @"^[\w.']+ .+$")]
    [InlineData("{{internet.email}}", "^.+@.+$")]
    [InlineData("{{finance.amount 10 20 2}}", @"^(1\d\.\d\d|20\.00)$")]
    [InlineData("{{phone.phoneNumber}}", @"\d")]
    [InlineData("{{{counter}}}", @"^\{8\}$")]
    public void Fields_make_what_they_say(string template, string pattern)
    {
        Assert.Matches(new Regex(pattern), Fill(TextTemplate.Parse(template), seed: 1, number: 7));
    }

    [Fact]
    public void A_record_follows_from_the_seed_and_its_number()
    {
        var template = TextTemplate.Parse("{{uuid}} {{name.fullName}} {{random 1 1000000}} {{lorem 3}} {{choice a b c d}}");
        var some = Enumerable.Range(0, 200).Select(n => Fill(template, 42, n)).ToList();
        Assert.Equal(some, Enumerable.Range(0, 200).Select(n => Fill(template, 42, n)));
        Assert.Equal(some[150], Fill(template, 42, 150));
        Assert.Equal(200, some.Distinct().Count());
        Assert.DoesNotContain(Fill(template, 43, 0), some);
    }

    [Fact]
    public void In_JSON_what_is_filled_in_between_quotes_is_escaped_and_the_rest_is_not()
    {
        var template = TextTemplate.Parse("""
            {"id": {{counter}}, "said": "{{choice "a \"quoted\" \\ word"}}", "yes": {{random.bool}}, "t\"{{counter}}": [{{random 5 5}}]}
            """);
        Assert.True(template.IsJson);
        var json = JsonSerializer.Deserialize<JsonElement>(Fill(template, 1, 0));
        Assert.Equal((1, "a \"quoted\" \\ word"), (json.GetProperty("id").GetInt32(), json.GetProperty("said").GetString()));
        Assert.True(json.GetProperty("yes").ValueKind is JsonValueKind.True or JsonValueKind.False);
        Assert.Equal(5, json.GetProperty("t\"1")[0].GetInt32());
        Assert.False(TextTemplate.Parse("{{counter}}").IsJson);
    }

    [Theory]
    [InlineData("abc {{counter", 5, "not closed")]
    [InlineData("{{}}", 3, "nothing is named")]
    [InlineData("{\"a\": {{countr}}}", 9, "no countr; there are counter")]
    [InlineData("{{random 1}}", 3, "the least and the most")]
    [InlineData("{{random 1 x}}", 12, "whole number is expected, not x")]
    [InlineData("{{random 9 1}}", 10, "9 is more than 1")]
    [InlineData("{{choice}}", 3, "what to choose from")]
    [InlineData("{{name.fulName}}", 3, "of name there are")]
    [InlineData("{{nam.fullName}}", 3, "there are fields of address")]
    [InlineData("{{finance.amount a}}", 3, "does not take (a)")]
    [InlineData("{{uuid 4}}", 8, "means nothing")]
    [InlineData("{{lorem 0}}", 9, "how many words")]
    public void What_is_wrong_is_told_where_it_stands(string template, int column, string words)
    {
        var fault = Assert.Throws<TemplateException>(() => TextTemplate.Parse(template));
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
        Assert.Equal(column, fault.Column);
    }

    static string Fill(TextTemplate template, long seed, long number)
    {
        var draw = new Draw(seed);
        draw.Next(number, now);
        return template.Fill(draw);
    }
}
