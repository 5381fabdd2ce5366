using System.Text;

namespace Wire.Security;

/// <summary>
/// A login module of JAAS with its options, in the syntax that Java reads: <c>Class flag name="value" …;</c> with quotes of either kind,
/// backslash escapes within them, and comments as Java has them. Options hold secrets: it prints none, nor do errors.
/// </summary>
public sealed class JaasEntry
{
    static readonly string[] flags = ["required", "requisite", "sufficient", "optional"];

    JaasEntry(string module, IReadOnlyDictionary<string, string> options) => (Module, Options) = (module, options);

    /// <summary>The class, with its package.</summary>
    public string Module { get; }

    /// <summary>The class alone: some distributions move Kafka's into packages of their own.</summary>
    public string ModuleName => Module[(Module.LastIndexOf('.') + 1)..];

    public IReadOnlyDictionary<string, string> Options { get; }

    /// <summary>One entry alone, as sasl.jaas.config holds it.</summary>
    /// <exception cref="CodedFormatException">It is not one entry; says what is expected and where.</exception>
    public static JaasEntry Parse(string text)
    {
        var tokens = new Tokens(text);
        var entry = Take(ref tokens);
        return tokens.IsAtEnd
            ? entry
            : throw tokens.Expected(CodedText.Of("JaasEnd", $"nothing after the ';': one login module is allowed"));
    }

    /// <summary>The entry of one section of a file of java.security.auth.login.config: <c>Client { … };</c> beside others.</summary>
    /// <returns>Null where the file has no such section.</returns>
    /// <exception cref="CodedFormatException">The file is not of that form; says what is expected and where.</exception>
    public static JaasEntry? Parse(string text, string section)
    {
        var tokens = new Tokens(text);
        JaasEntry? found = null;
        while (!tokens.IsAtEnd)
        {
            var name = tokens.Word(CodedText.Of("JaasSection", $"the name of a section"));
            tokens.Require('{');
            while (!tokens.TryTake('}'))
            {
                var entry = Take(ref tokens);
                // the first module of a section: Kafka's and ZooKeeper's clients use one
                found ??= name == section ? entry : null;
            }

            tokens.Require(';');
        }

        return found;
    }

    static JaasEntry Take(ref Tokens tokens)
    {
        var module = tokens.Word(CodedText.Of("JaasClass", $"the class of a login module"));
        var flag = tokens.Word(CodedText.Of("JaasFlag", $"one of {string.Join(", ", flags)}"));
        if (!flags.Contains(flag, StringComparer.OrdinalIgnoreCase))
        {
            throw tokens.Expected(
                CodedText.Of("JaasFlagAfter", $"one of {string.Join(", ", flags)} after the class of the login module"));
        }

        var options = new Dictionary<string, string>();
        while (!tokens.TryTake(';'))
        {
            var name = tokens.Word(CodedText.Of("JaasOption", $"an option or the ';' that ends the entry"));
            if (!tokens.TryTake('='))
            {
                throw tokens.Expected(CodedText.Of("JaasEquals", $"'=' after an option"));
            }

            options[name] = tokens.Word(CodedText.Of("JaasValue", $"the value of {name}"));
        }

        return new JaasEntry(module, options);
    }

    public override string ToString() => Module;

    ref struct Tokens(string text)
    {
        readonly ReadOnlySpan<char> text = text;
        int at;

        internal bool IsAtEnd
        {
            get
            {
                SkipBlanks();
                return at == text.Length;
            }
        }

        internal bool TryTake(char one)
        {
            if (IsAtEnd || text[at] != one)
            {
                return false;
            }

            at++;
            return true;
        }

        internal void Require(char one)
        {
            if (!TryTake(one))
            {
                throw Expected($"'{one}'");
            }
        }

        internal string Word(CodedText what)
        {
            // an operator is no word: "username=;" is a missing value and not the value ";"
            if (IsAtEnd || text[at] is ';' or '=' or '{' or '}')
            {
                throw Expected(what);
            }

            return text[at] is '"' or '\'' ? Quoted(text[at++]) : Bare();
        }

        internal readonly CodedFormatException Expected(CodedText what) => new(CodedText.Of(
            "JaasExpected",
            $"{what} is expected at character {at + 1}, as in: org.apache…LoginModule required username=\"…\" password=\"…\";"));

        string Bare()
        {
            var start = at;
            while (at < text.Length && !char.IsWhiteSpace(text[at]) && text[at] is not (';' or '=' or '{' or '}' or '"' or '\''))
            {
                at++;
            }

            return text[start..at].ToString();
        }

        string Quoted(char quote)
        {
            var start = at;
            var value = new StringBuilder();
            while (at < text.Length && text[at] != quote)
            {
                value.Append(text[at] == '\\' && at + 1 < text.Length ? Escaped() : text[at]);
                at++;
            }

            if (at == text.Length)
            {
                // where the quote begins is where people have to look; its missing end is the end of the text
                at = start;
                throw Expected(CodedText.Of("JaasQuote", $"a {quote} that ends what begins"));
            }

            at++;
            return value.ToString();
        }

        /// <summary>As Java's StreamTokenizer: \n, \t and their like, up to three octal digits, any other character for itself.</summary>
        char Escaped()
        {
            at++;
            if (text[at] is >= '0' and <= '7')
            {
                // \377 is the largest: after 4 to 7 a third digit is text
                var (code, most) = (text[at] - '0', text[at] <= '3' ? 3 : 2);
                for (var digits = 1; digits < most && at + 1 < text.Length && text[at + 1] is >= '0' and <= '7'; digits++)
                {
                    code = (code * 8) + (text[++at] - '0');
                }

                return (char)code;
            }

            return text[at] switch
            {
                'a' => '\a',
                'b' => '\b',
                'f' => '\f',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'v' => '\v',
                var other => other,
            };
        }

        void SkipBlanks()
        {
            while (at < text.Length)
            {
                if (char.IsWhiteSpace(text[at]))
                {
                    at++;
                }
                else if (text[at..].StartsWith("//"))
                {
                    SkipPast("\n");
                }
                else if (text[at..].StartsWith("/*"))
                {
                    SkipPast("*/");
                }
                else
                {
                    return;
                }
            }
        }

        void SkipPast(string end)
        {
            var found = text[at..].IndexOf(end);
            at = found < 0 ? text.Length : at + found + end.Length;
        }
    }
}
