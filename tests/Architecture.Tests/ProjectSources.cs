using System.Collections.Immutable;
using System.IO.Compression;
using System.Reflection.Metadata;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace Architecture.Tests;

/// <summary>
/// A project compiled from its sources, against the assemblies of this test's own output.
/// What generators wrote comes from the symbols of its last build; the C# of a Razor file counts as that file.
/// </summary>
sealed record ProjectSources(CSharpCompilation Compilation, string Folder)
{
    /// <summary>
    /// What generators wrote is in the assembly's symbols: the custom debug information "embedded source" of the portable PDB format.
    /// </summary>
    static readonly Guid embeddedSource = new("0E8A571B-6926-466E-B4AD-8AB04611F5FE");

    /// <summary>Generators of ASP.NET replace calls of the endpoints by what they wrote (interceptors).</summary>
    static readonly CSharpParseOptions parsing = new CSharpParseOptions(LanguageVersion.Latest)
        .WithFeatures([new("InterceptorsNamespaces", "Microsoft.AspNetCore")]);

    public static ProjectSources Load(string project)
    {
        var folder = Path.Combine(Repository.Root, "src", project);
        var file = XDocument.Load(Path.Combine(folder, project + ".csproj"));
        var assembly = (string?)file.Descendants("AssemblyName").FirstOrDefault() ?? project;
        var aliases = file.Descendants("PackageReference").Where(r => r.Attribute("Aliases") is not null)
            .ToDictionary(r => (string)r.Attribute("Include")!, r => ImmutableArray.Create((string)r.Attribute("Aliases")!));
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileNameWithoutExtension(path) != assembly)
            .Select(path => MetadataReference.CreateFromFile(
                path, new MetadataReferenceProperties(aliases: aliases.GetValueOrDefault(Path.GetFileNameWithoutExtension(path)))));
        var trees = Written(folder).Concat(Generated(Path.Combine(AppContext.BaseDirectory, assembly + ".pdb")));

        // the assembly's own name, so that InternalsVisibleTo holds
        var output = File.Exists(Path.Combine(folder, "Program.cs")) ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary;
        var options = new CSharpCompilationOptions(output, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable);
        var compilation = CSharpCompilation.Create(assembly, trees, references, options);
        return new ProjectSources(compilation, folder);
    }

    /// <summary>What is written in every project of src, by project; parsed only.</summary>
    public static IEnumerable<(string Project, SyntaxTree Tree)> AllWritten() =>
        from folder in Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src"))
        from tree in Written(folder)
        select (Path.GetFileName(folder), tree);

    static IEnumerable<SyntaxTree> Written(string folder) => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
        .Where(path => Path.GetRelativePath(folder, path).Split(Path.DirectorySeparatorChar)[0] is not ("obj" or "bin"))
        .Select(path => CSharpSyntaxTree.ParseText(File.ReadAllText(path), parsing, path));

    static IEnumerable<SyntaxTree> Generated(string symbols)
    {
        using var provider = MetadataReaderProvider.FromPortablePdbStream(File.OpenRead(symbols));
        var reader = provider.GetMetadataReader();
        foreach (var handle in reader.Documents)
        {
            var text = reader.GetCustomDebugInformation(handle).Select(reader.GetCustomDebugInformation)
                .Where(information => reader.GetGuid(information.Kind) == embeddedSource)
                .Select(information => Decode(reader.GetBlobBytes(information.Value)))
                .FirstOrDefault();
            if (text is not null)
            {
                var path = RazorFile(text) ?? reader.GetString(reader.GetDocument(handle).Name);
                yield return CSharpSyntaxTree.ParseText(text, parsing, path);
            }
        }
    }

    /// <summary>
    /// The file whose C# this is, as the Razor compiler names it in the first line: its references count as those of that file.
    /// </summary>
    static string? RazorFile(SourceText text) =>
        Regex.Match(text.Lines[0].ToString(), "^#pragma checksum \"(.+?[.]razor)\"") is { Success: true } match
            ? match.Groups[1].Value
            : null;

    /// <summary>A length as int32, then the text: deflated when the length is not 0, which is then that of the text.</summary>
    static SourceText Decode(byte[] blob)
    {
        var content = new MemoryStream(blob, 4, blob.Length - 4);
        using Stream text = BitConverter.ToInt32(blob) == 0 ? content : new DeflateStream(content, CompressionMode.Decompress);
        using var reader = new StreamReader(text, Encoding.UTF8);
        return SourceText.From(reader.ReadToEnd());
    }
}
