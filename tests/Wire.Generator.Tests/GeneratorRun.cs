using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace Wire.Generator.Tests;

/// <summary>Runs the generator over schemas in memory.</summary>
sealed class GeneratorRun
{
    /// <summary>The interfaces of the protocols come with this assembly itself, see Protocols.cs.</summary>
    static readonly Compilation Empty = CSharpCompilation.Create(
        "Generated",
        [],
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path)),
        new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, warningLevel: 9999));

    readonly Dictionary<string, AdditionalText> files = [];
    GeneratorDriver driver;

    public GeneratorRun(params (string Path, string Text)[] schemas)
    {
        foreach (var (path, text) in schemas)
        {
            files[path] = new Schema("/repo/" + path, text);
        }

        driver = CSharpGeneratorDriver.Create(
            [new SchemaGenerator().AsSourceGenerator()],
            files.Values,
            optionsProvider: new Options(),
            driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));
        Run();
    }

    public GeneratorRunResult Result { get; private set; }

    /// <summary>What the compiler says of the generated code: warnings and errors.</summary>
    public IReadOnlyList<Diagnostic> CompilerSays { get; private set; } = [];

    public void Change(string path, string text)
    {
        var replacement = new Schema("/repo/" + path, text);
        driver = driver.ReplaceAdditionalText(files[path], replacement);
        files[path] = replacement;
        Run();
    }

    public string Source(string hintName) => Result.GeneratedSources.Single(source => source.HintName == hintName).SourceText.ToString();

    /// <summary>The reasons why outputs of a step ran, by the text of the output.</summary>
    public IReadOnlyList<IncrementalStepRunReason> Reasons(string step) =>
        [.. Result.TrackedSteps[step].SelectMany(run => run.Outputs).Select(output => output.Reason)];

    /// <summary>The reasons of the outputs that become source files and diagnostics.</summary>
    public IReadOnlyList<IncrementalStepRunReason> OutputReasons() =>
        [.. Result.TrackedOutputSteps.Values.SelectMany(runs => runs).SelectMany(run => run.Outputs).Select(output => output.Reason)];

    void Run()
    {
        driver = driver.RunGeneratorsAndUpdateCompilation(Empty, out var compilation, out _);
        Result = driver.GetRunResult().Results.Single();
        CompilerSays = [.. compilation.GetDiagnostics().Where(one => one.Severity >= DiagnosticSeverity.Warning)];
    }

    sealed class Schema(string path, string text) : AdditionalText
    {
        public override string Path => path;

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text);
    }

    sealed class Options : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } = new Values();

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => GlobalOptions;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => GlobalOptions;
    }

    sealed class Values : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? value)
        {
            value = key switch
            {
                "build_property.rootnamespace" => "Some.Protocol",
                "build_property.projectdir" => "/repo/",
                _ => null,
            };
            return value is not null;
        }
    }
}
