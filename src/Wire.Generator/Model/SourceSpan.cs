using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Wire.Generator.Model;

/// <summary>A place in a schema file. Unlike <see cref="Location"/> it holds no text and compares by value.</summary>
readonly record struct SourceSpan(string Path, int Start, int Length, int Line, int Column)
{
    public Location ToLocation() => Location.Create(
        Path,
        new TextSpan(Start, Length),
        new LinePositionSpan(new LinePosition(Line, Column), new LinePosition(Line, Column + Length)));
}
