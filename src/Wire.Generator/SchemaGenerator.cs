using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using Wire.Generator.Checks;
using Wire.Generator.Emitting;
using Wire.Generator.Model;
using Wire.Generator.Parsing;

namespace Wire.Generator;

/// <summary>
/// Turns the project's <c>*.schema</c> files into message classes. Each file is parsed alone and each message emitted alone, from models
/// that compare by value, so that a keystroke costs the file it was made in and nothing else.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class SchemaGenerator : IIncrementalGenerator
{
    /// <summary>Names of the pipeline's steps, for the tests of its caching.</summary>
    public const string FilesStep = "Files", CodeStep = "Code", OutlinesStep = "Outlines", HeadersStep = "Headers";

    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var project = context.AnalyzerConfigOptionsProvider
            .Select(static (options, _) => (Space: Namespace(options), Root: Option(options, "projectdir")));
        var space = project.Select(static (one, _) => one.Space);
        var files = context.AdditionalTextsProvider
            .Where(static file => file.Path.EndsWith(".schema", StringComparison.OrdinalIgnoreCase))
            .Combine(project.Select(static (one, _) => one.Root))
            .Select(static (pair, cancellation) => SchemaParser.Parse(
                // null: the file was deleted or locked between the listing and this read; an empty schema is no error
                pair.Left.Path, Hint(pair.Left.Path, pair.Right), pair.Left.GetText(cancellation) ?? SourceText.From("")))
            .WithTrackingName(FilesStep);
        var messages = files.SelectMany(static (file, _) => file.Messages.Items.Select(message => (file.Hint, Message: message)));
        // without spans: a line added above a message moves it in its file, and must not have its code written again
        var code = messages.Select(static (one, _) => (one.Hint, Message: one.Message.WithoutSpans())).WithTrackingName(CodeStep);
        // what is compared over all files is the outlines alone, so that most changes of one file end here
        var outlines = messages.Select(static (one, _) => Outline.Of(one.Message)).Collect().WithTrackingName(OutlinesStep);
        var headers = code.Select(static (one, _) => one.Message.Header).Collect()
            .Select(static (all, _) => new EquatableArray<MessageHeader>(all)).WithTrackingName(HeadersStep);

        context.RegisterSourceOutput(files, static (output, file) => Report(output, file.Problems));
        context.RegisterSourceOutput(outlines, static (output, all) => Report(output, ProjectChecks.Run(all)));
        context.RegisterSourceOutput(
            code.Combine(space), static (output, pair) => EmitMessage(output, pair.Left.Hint, pair.Left.Message, pair.Right));
        context.RegisterSourceOutput(headers.Combine(space), static (output, pair) => EmitRegistries(output, pair.Left, pair.Right));
    }

    static void Report(SourceProductionContext output, EquatableArray<Problem> problems)
    {
        foreach (var problem in problems)
        {
            output.ReportDiagnostic(problem.ToDiagnostic());
        }
    }

    static void EmitMessage(SourceProductionContext output, string hint, Message message, string space)
    {
        var code = message.Header.IsKafka ? KafkaEmitter.Emit(message, space) : JuteEmitter.Emit(message, space);
        // with the file's path in front: Roslyn throws on a hint name that comes twice, and with it the whole generator ends
        output.AddSource($"{hint}.{message.Header.ClassName}.g.cs", SourceText.From(code, Encoding.UTF8));
    }

    static void EmitRegistries(SourceProductionContext output, EquatableArray<MessageHeader> headers, string space)
    {
        // what is defined twice is reported by its own check; here it would only add a compiler error
        // spans are cleared in these, so two definitions with the same first line are equal here
        var distinct = headers.Items.Distinct().ToImmutableArray();
        if (distinct.Any(static one => one.Kind is MessageKind.Request or MessageKind.Response or MessageKind.Struct))
        {
            output.AddSource("KafkaMessages.g.cs", SourceText.From(RegistryEmitter.EmitKafka(distinct, space), Encoding.UTF8));
        }

        // only for what the project has: an empty class would refer to an interface of a project that it need not reference
        if (distinct.Any(static one => one.Kind == MessageKind.Record))
        {
            output.AddSource("Records.g.cs", SourceText.From(RegistryEmitter.EmitJute(distinct, space), Encoding.UTF8));
        }
    }

    static string Namespace(AnalyzerConfigOptionsProvider options) =>
        Option(options, "rootnamespace") is { Length: > 0 } root ? root + ".Messages" : "Messages";

    static string Option(AnalyzerConfigOptionsProvider options, string name) =>
        options.GlobalOptions.TryGetValue("build_property." + name, out var value) ? value : "";

    /// <summary>The path below the project, with dots: unique in the project and the same on every machine.</summary>
    static string Hint(string path, string root)
    {
        var below = root.Length > 0 && path.StartsWith(root, StringComparison.Ordinal)
            ? path.Substring(root.Length)
            // a linked file from outside the project; a whole path would make the generated names differ between machines
            : Path.GetFileName(path);
        var name = new StringBuilder();
        foreach (var c in below.Substring(0, below.Length - ".schema".Length))
        {
            name.Append(char.IsLetterOrDigit(c) || c is '-' or '_' ? c : '.');
        }

        return name.ToString();
    }
}
