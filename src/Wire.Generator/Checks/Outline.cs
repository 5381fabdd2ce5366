using System.Collections.Immutable;
using Wire.Generator.Model;

namespace Wire.Generator.Checks;

/// <summary>A definition and the records it names: what the checks over all files look at.</summary>
sealed record Outline(MessageHeader Header, EquatableArray<Reference> References)
{
    public static Outline Of(Message message)
    {
        var references = ImmutableArray.CreateBuilder<Reference>();
        if (message.Header.Kind == MessageKind.Record)
        {
            foreach (var field in message.Fields)
            {
                if (field.Type.IsStruct)
                {
                    references.Add(new Reference(field.Type.Name, field.Span));
                }
            }
        }

        return new Outline(message.Header, new(references.ToImmutable()));
    }
}

readonly record struct Reference(string Name, SourceSpan Span);
