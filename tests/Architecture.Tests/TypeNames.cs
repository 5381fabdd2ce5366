using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Architecture.Tests;

/// <summary>The types that projects declare at the top level, for names that stand in more than one of them.</summary>
static class TypeNames
{
    /// <summary>One line each: "name: project, project". A type that only its file sees (<c>file</c>) has no name elsewhere.</summary>
    public static IReadOnlyList<string> Twins(IEnumerable<(string Project, SyntaxTree Tree)> sources) =>
    [
        .. from source in sources
           from declaration in source.Tree.GetRoot().DescendantNodes(node => node is not TypeDeclarationSyntax)
           let name = NameOf(declaration)
           where name is not null
           group source.Project by name into declared
           let projects = declared.Distinct().Order().ToList()
           where projects.Count > 1
           orderby declared.Key
           select $"{declared.Key}: {string.Join(", ", projects)}",
    ];

    static string? NameOf(SyntaxNode declaration) => declaration switch
    {
        BaseTypeDeclarationSyntax type when !type.Modifiers.Any(modifier => modifier.ValueText == "file") => type.Identifier.ValueText,
        DelegateDeclarationSyntax type => type.Identifier.ValueText,
        _ => null,
    };
}
