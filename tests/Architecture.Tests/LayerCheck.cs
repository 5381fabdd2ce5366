using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Architecture.Tests;

/// <summary>
/// Resolves every name in a project's sources and compares the folder in which it stands with the folder of the type it means.
/// </summary>
static class LayerCheck
{
    /// <summary>
    /// One line each: "file:line: symbol ...".
    /// <paramref name="layers"/> are folders relative to <paramref name="root"/>, top to bottom.
    /// </summary>
    public static IReadOnlyList<string> Violations(CSharpCompilation compilation, string root, IReadOnlyList<string> layers)
    {
        var written = compilation.SyntaxTrees.Where(tree => FolderOf(tree, root) is not null).ToList();
        var folders = written.Select(tree => FolderOf(tree, root)!).ToHashSet();
        return
        [
            .. folders.Except(layers).Order().Select(folder => $"{folder}: not listed"),
            .. layers.Except(folders).Select(folder => $"{folder}: listed, but has no source file"),
            .. written.SelectMany(tree => Torn(compilation.GetSemanticModel(tree), root)).Distinct().Order(),
            .. written.OrderBy(tree => tree.FilePath, StringComparer.Ordinal).AsParallel().AsOrdered()
                .SelectMany(tree => Upwards(compilation.GetSemanticModel(tree), root, layers)),
        ];
    }

    static IEnumerable<string> Torn(SemanticModel model, string root) =>
        from declaration in model.SyntaxTree.GetRoot().DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
        let type = model.GetDeclaredSymbol(declaration)
        let folders = FoldersOf(type, root).Distinct().Order().ToList()
        where folders.Count > 1
        select $"{string.Join(" and ", folders)}: both have a part of {type.Name}";

    static IEnumerable<string> Upwards(SemanticModel model, string root, IReadOnlyList<string> layers)
    {
        var tree = model.SyntaxTree;
        var here = FolderOf(tree, root)!;
        var above = layers.TakeWhile(layer => layer != here).ToHashSet();
        return tree.GetRoot().DescendantNodes()
            .Where(node => node is SimpleNameSyntax or BaseObjectCreationExpressionSyntax
                or ElementAccessExpressionSyntax or ConstructorInitializerSyntax)
            .SelectMany(node => Meant(node, model, root).Where(meant => above.Contains(meant.Folder)))
            .Distinct()
            .Select(meant => $"{Path.GetRelativePath(root, tree.FilePath)}:{meant.Line}: {meant.Type} is in {meant.Folder}, above {here}");
    }

    static IEnumerable<(int Line, string Type, string Folder)> Meant(SyntaxNode node, SemanticModel model, string root)
    {
        var line = node.SyntaxTree.GetMappedLineSpan(node.Span).StartLinePosition.Line + 1;
        return TypeOf(model.GetSymbolInfo(node)) is { } type ? FoldersOf(type, root).Select(folder => (line, type.Name, folder)) : [];
    }

    /// <summary>The outermost type that the symbol is or belongs to; null for namespaces and for what does not exist.</summary>
    static INamedTypeSymbol? TypeOf(SymbolInfo info)
    {
        var symbol = info.Symbol ?? info.CandidateSymbols.FirstOrDefault();
        while (symbol is IArrayTypeSymbol array)
        {
            symbol = array.ElementType;
        }

        var type = symbol as INamedTypeSymbol ?? symbol?.ContainingType;
        while (type?.ContainingType is { } outer)
        {
            type = outer;
        }

        return type?.OriginalDefinition;
    }

    static IEnumerable<string> FoldersOf(INamedTypeSymbol? type, string root) =>
        (type?.DeclaringSyntaxReferences ?? []).Select(reference => FolderOf(reference.SyntaxTree, root)).OfType<string>().Distinct();

    /// <summary>Relative to the root with slashes, "." for the root itself; null for what a generator wrote.</summary>
    static string? FolderOf(SyntaxTree tree, string root)
    {
        var folder = Path.GetRelativePath(root, Path.GetDirectoryName(tree.FilePath) is { Length: > 0 } directory ? directory : "/");
        return Path.IsPathRooted(tree.FilePath)
            && !folder.StartsWith("..", StringComparison.Ordinal)
            && !folder.StartsWith("obj", StringComparison.Ordinal)
            ? folder.Replace('\\', '/')
            : null;
    }
}
