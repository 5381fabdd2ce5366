using Wire.Generator.Model;

namespace Wire.Generator.Parsing;

/// <summary>A word of a schema line and its place.</summary>
readonly record struct Token(string Text, SourceSpan Span);

/// <summary>A schema line that is neither empty nor only a comment.</summary>
sealed class SchemaLine(int indent, List<Token> tokens)
{
    public int Indent => indent;

    public List<Token> Tokens => tokens;

    public Token First => tokens[0];

    public Token Last => tokens[tokens.Count - 1];
}
