using Microsoft.CodeAnalysis;

namespace Wire.Generator.Model;

/// <summary>One diagnostic, as data: what is wrong in a schema and where.</summary>
sealed record Problem(string Id, string Message, SourceSpan Span)
{
    public Diagnostic ToDiagnostic() => Diagnostic.Create(ProblemKinds.Descriptor(Id), Span.ToLocation(), Message);
}
