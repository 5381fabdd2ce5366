using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using System.Text;
using Cel;
using Dashboard.Messages.Decoding;
using Dashboard.Messages.Filters;
using Dashboard.Monitoring;

namespace Dashboard.Messages.Tests.Filters;

/// <summary>What fits, and that the look at the bytes lets everything through that does.</summary>
public sealed class RecordFilterTests
{
    [Fact]
    public void The_filter_finds_what_is_shown()
    {
        Assert.True(Contains([.. "{\"a\":\"配置\"}"u8], "配置"));
        Assert.True(Contains([0xff, 0xfe, .. Encoding.Unicode.GetBytes("текст")], "текст"));
        Assert.False(Contains(null, "a"));

        static bool Contains(byte[]? value, string wanted)
        {
            var bytes = value is null ? null : (ImmutableArray<byte>?)[.. value];
            var message = Record("").Message with { Key = null, Value = bytes, Headers = [] };
            var body = value is null ? null : PlainDecoder.Of(value);
            return RecordFilters.Parse($"text:{wanted}")!.Fits(new ViewedRecord(message, null, body));
        }
    }

    [Theory]
    [InlineData("text:Ada", """{"who":"Ada"}""", true)]
    [InlineData("text:ada", """{"who":"Ada"}""", false)]
    [InlineData("textIgnoreCase:ADA", """{"who":"Ada"}""", true)]
    [InlineData("textIgnoreCase:\u00dcBER", "\u00fcber alles", true)]
    [InlineData("text:\u00fcber", """{"a":"\u00fcber"}""", true)]
    [InlineData("text:a/b", """{"a":"a\/b"}""", true)]
    [InlineData("text:some-key", "x", true)]
    [InlineData("text:trace", "x", true)]
    [InlineData("text:4bf9", "x", true)]
    [InlineData("regex:A.a\"", """{"who":"Ada"}""", true)]
    [InlineData("regex:^some-key$", "x", true)]
    [InlineData("regex:(a+)\\1", "xaay", true)]
    [InlineData("json:who.name=Ada", """{"who":{"name":"Ada"}}""", true)]
    [InlineData("json:who.name=Ada", """{"who":{"name":"\u0041da"}}""", true)]
    [InlineData("json:who.name=Ada", """{"who":"Ada"}""", false)]
    [InlineData("json:n=5", """{"n":5.0}""", true)]
    [InlineData("json:n=5", """{"n":"5"}""", true)]
    [InlineData("json:n=5", """{"n":55}""", false)]
    [InlineData("json:n=true", """{"n":true}""", true)]
    [InlineData("json:n=null", """{"n":null}""", true)]
    [InlineData("json:n=null", """{"m":1}""", false)]
    [InlineData("json:lines.1.sku=B", """{"lines":[{"sku":"A"},{"sku":"B"}]}""", true)]
    [InlineData("json:lines.0.sku=B", """{"lines":[{"sku":"A"},{"sku":"B"}]}""", false)]
    [InlineData("json:lines.sku=B", """{"lines":[{"sku":"A"},{"sku":"B"}]}""", true)]
    [InlineData("json:key=some-key", "x", true)]
    [InlineData("json:header.trace=4bf9", "x", true)]
    [InlineData("json:header.trace=4bf", "x", false)]
    [InlineData("json:a=b=c", """{"a":"b=c"}""", true)]
    [InlineData("cel:value.n > 4 && key.startsWith('some')", """{"n":5}""", true)]
    [InlineData("cel:value.missing == 1", """{"n":5}""", false)]
    [InlineData("cel:has(value.n) && value.n == 5", """{"n":5}""", true)]
    [InlineData("cel:value.l.exists(i, i.sku == 'A')", """{"l":[{"sku":"A"}]}""", true)]
    [InlineData("cel:headers['trace'] == '4bf9'", "x", true)]
    [InlineData("cel:partition == 3 && offset == 7 && timestamp == 1700000000000 && size == 1", "x", true)]
    [InlineData("cel:value.a == 'no' || value.a == 'yes'", """{"a":"yes"}""", true)]
    [InlineData("cel:!(value.a == 'no' && key == 'other' && value.a == 'x')", """{"a":"yes"}""", true)]
    [InlineData("cel:value.a == 'caf\u00e9'", """{"a":"caf\u00e9"}""", true)]
    [InlineData("cel:value == 'x' ? true : false", "x", true)]
    [InlineData("cel:value.l[0] == 1", "x", false)]
    [InlineData("cel:value.l[9] == 1", """{"l":[1]}""", false)]
    [InlineData("cel:value.l[0] == 1", """{"l":null}""", false)]
    [InlineData("cel:value['a.b'] == 1", """{"a.b":1}""", true)]
    [InlineData("cel:value['a.b'] == 1", "null", false)]
    [InlineData("cel:value[0].n == 1 || key == 'some-key'", "null", true)]
    [InlineData("cel:value.matches('^(b+)+$')", "bbb", true)]
    [InlineData("json:a=x", """{"a":"\ud800"}""", false)]
    [InlineData("json:a=x", """{"a":"x","\uD83D":1}""", true)]
    [InlineData("json:a=\ufffd1", """{"a":"\udc001"}""", true)]
    [InlineData("json:a=\ud83d\ude00", """{"a":"\ud83d\ude00"}""", true)]
    [InlineData("json:a=\ufffd\ud83d\ude00", """{"a":"\ud83d\ud83d\ude00"}""", true)]
    [InlineData("json:a=\\ud800", """{"a":"\\ud800"}""", true)]
    [InlineData("cel:value.a == 'x' || size > 3", """{"a":["\ud800"]}""", true)]
    public void A_record_fits_or_not(string filter, string value, bool expected)
    {
        var parsed = RecordFilters.Parse(filter)!;
        var record = Record(value);
        Assert.Equal(expected, parsed.Fits(record));
        Assert.Equal(filter, parsed.Text);
        if (expected)
        {
            Assert.True(parsed.MayBeIn(Encoding.UTF8.GetBytes($"some-key|{value}|trace|4bf9")), "it was passed over unread");
        }
    }

    [Theory]
    [InlineData("text:needle", "a haystack without")]
    [InlineData("textIgnoreCase:needle", "a NEEDL and a haystack")]
    [InlineData("json:a.b=needle", """{"a":{"b":"straw"}}""")]
    [InlineData("json:a.b=5", """{"c":5}""")]
    [InlineData("cel:value.a == 'needle' && value.b > 3", """{"a":"straw"}""")]
    [InlineData("cel:key.startsWith(\"needle\")", """{"a":"straw"}""")]
    public void What_cannot_fit_is_passed_over(string filter, string bytes) =>
        Assert.False(RecordFilters.Parse(filter)!.MayBeIn(Encoding.UTF8.GetBytes(bytes)));

    [Theory]
    [InlineData("words", "there are text, textIgnoreCase, regex, json, cel", null)]
    [InlineData("text:", "says nothing", null)]
    [InlineData("regex:(a", "Not enough )", 3)]
    [InlineData("json:who.name", "PATH=VALUE", 9)]
    [InlineData("json:who..name=1", "step without a name", 5)]
    [InlineData("cel:key ==", "mismatched input", 7)]
    [InlineData("cel:nosuch == 1", "nosuch", 1)]
    [InlineData("cel:offset < 0 || key.matches('(')", "Not enough )", 19)]
    [InlineData("cel:nosuch(key)", "nosuch", 1)]
    [InlineData("cel:'nosuch' == 'nosuch' && nosuch", "nosuch", 25)]
    [InlineData("cel:true && nosuch(1)", "nosuch", 9)]
    [InlineData("cel:value.a == 1 && nosuch", "nosuch", 17)]
    [InlineData("cel:[1].exists(x, x == y)", "'y'", 20)]
    [InlineData("cel:true || nosuch(value)", "no function nosuch", 9)]
    [InlineData("cel:false && key . nosuch(1) == 'nosuch(1)'", "no function nosuch", 16)]
    [InlineData("cel:true || [1].exists(x, nosuch(x))", "no function nosuch", 23)]
    [InlineData("cel:true || size(key, '(,)') == 1", "size() takes 1 argument, not 2", 9)]
    [InlineData("cel:true || key.size(value) == 1", ".size() takes 0 arguments, not 1", 13)]
    [InlineData("cel:true || key.startsWith ( )", ".startsWith() takes 1 argument, not 0", 13)]
    [InlineData("cel:true || timestamp(key).getHours('UTC', 1) == 1", ".getHours() takes 0 or 1 arguments, not 2", 24)]
    [InlineData("cel:true || has(value.a, value.b)", "has() takes 1 argument, not 2", 9)]
    [InlineData("cel:true || value.l.all(x)", "list.all(one, one > 1)", 17)]
    [InlineData("cel:true || exists(value.l, x, x == 1)", "list.exists(one, one > 1)", 9)]
    [InlineData("cel:key == = 'a'", "== compares", 8)]
    [InlineData("cel:key == 'a' & true", "&&", 12)]
    [InlineData("cel:key == 'a';", "; is no part", 11)]
    [InlineData("cel:key == 'a", "has no end", 8)]
    [InlineData("cel:key == r'\\' && #x", "# is no part", 16)]
    public void What_cannot_be_understood_is_told_with_its_place(string filter, string words, int? column)
    {
        var e = Assert.Throws<FilterException>(() => RecordFilters.Parse(filter));
        Assert.Contains(words, e.Message, StringComparison.Ordinal);
        Assert.Equal(column, e.Column);
    }

    [Theory]
    [InlineData("cel:key != 'x=y & | # ; @' // a = b ; & '")]
    [InlineData("cel:key != \"\"\"a \"b\" = c\"\"\" || key == r\"\\\"")]
    [InlineData("cel:(key <= 'z' && size >= 1) || key.matches('^[a-z]\\\\w*$') ? true : [1, 2].exists(i, i == -1)")]
    [InlineData("cel:type(size) == int && 1u == 1u && 0xFF > 1e2 && b'a' != b\"b\" // nosuch")]
    [InlineData("cel:'k' in (headers) || key.size () == 1 || .size(key) == 1 || key. // (a, b\nstartsWith('k')")]
    [InlineData("cel:size([1, 2, {'a': [3, 4]}, size('(,')]) == 4 || startsWith(key, ',') || 'a'.size() == (key).size()")]
    [InlineData("cel:timestamp(0).getHours('UTC') == 0 || duration('1s').getSeconds() == 1 || getFullYear(timestamp(0)) == 1970")]
    [InlineData("cel:[1].map(x, x).filter(x, x > 0).exists_one(x, x == 1) || dyn(decimal(1)) == uint(1) || bytes('a') == b'a'")]
    [InlineData("cel:has(value.nosuch) || value.list.filter(one, one.nosuch > 1).all(other, other.x in ['a'])")]
    public void Strings_and_comments_hold_what_they_like(string filter) => RecordFilters.Parse(filter);

    /// <summary>The library's own would not come back in years.</summary>
    [Theory]
    [InlineData("regex:^(?=(a+)+$)")]
    [InlineData("cel:value.matches('^(?=(a+)+$)')")]
    [InlineData("cel:value.startsWith('a') && [value].exists(v, v.matches('^(?=(a+)+$)'))")]
    public void A_regular_expression_has_a_limit_of_time(string filter)
    {
        var e = Assert.Throws<FilterException>(() => RecordFilters.Parse(filter)!.Fits(Record(new string('a', 100) + '!')));
        Assert.Contains("more than 250 ms on the record at offset 7 of partition 3", e.Message, StringComparison.Ordinal);
    }

    /// <summary>Of what stands behind a field that no sample has, a fault shows with the first record that has it.</summary>
    [Fact]
    public void What_is_wrong_in_a_part_that_decides_of_a_record_is_told_then()
    {
        var filter = RecordFilters.Parse("cel:value.who.matches('(')")!;
        Assert.False(filter.Fits(Record("""{"n":5}""")));
        var e = Assert.Throws<FilterException>(() => filter.Fits(Record("""{"who":"Ada"}""")));
        Assert.Contains("Not enough )", e.Message, StringComparison.Ordinal);
        Assert.Equal(11, e.Column);
    }

    /// <summary>By what it registers: a version that knows more is asked to be told here.</summary>
    [Fact]
    public void Every_function_and_macro_that_the_library_knows_may_be_called()
    {
        const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        var visitor = typeof(CelEnvironment).GetProperty("CelVisitor", Any)!.GetValue(new CelEnvironment(null, null))!;
        Assert.Equal(
            Keys("Functions").Concat(Keys("InternalMacros")).Order(StringComparer.Ordinal),
            CelFunctions.Names.Order(StringComparer.Ordinal));

        IEnumerable<string> Keys(string table) =>
            ((IDictionary)visitor.GetType().GetProperty(table, Any)!.GetValue(visitor)!).Keys.Cast<string>();
    }

    /// <summary>A search would find nothing, and call it none.</summary>
    [Fact]
    public void An_expression_that_is_neither_true_nor_false_of_a_record_is_not_decided()
    {
        var filter = RecordFilters.Parse("cel:value.n")!;
        var e = Assert.Throws<FilterException>(() => filter.Fits(Record("""{"n":5}""")));
        Assert.Contains("gives a number", e.Message, StringComparison.Ordinal);
        Assert.False(filter.Fits(Record("""{"n":null}""")));
        Assert.True(filter.Fits(Record("""{"n":true}""")));
    }

    [Fact]
    public void An_expression_that_takes_too_long_ends_with_its_name()
    {
        var regex = RecordFilters.Parse(@"regex:^(a+)+\1b$")!;
        var e = Assert.Throws<FilterException>(() => regex.Fits(Record(new string('a', 60))));
        Assert.Contains("offset 7 of partition 3", e.Message, StringComparison.Ordinal);
    }

    static ViewedRecord Record(string value)
    {
        var (key, bytes) = ("some-key"u8.ToArray(), Encoding.UTF8.GetBytes(value));
        var message = new MessageView(
            3, 7, 1_700_000_000_000, false, [.. key], [.. bytes], key.Length, bytes.Length,
            [new MessageHeaderView("trace", [.. "4bf9"u8])]);
        return new ViewedRecord(message, PlainDecoder.Of(key), PlainDecoder.Of(bytes));
    }
}
