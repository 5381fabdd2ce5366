using Dashboard.Messages.Registry;
using Dashboard.Monitoring.Model;

namespace Dashboard.Messages.Subjects;

/// <summary>A registry's trouble, as sections have theirs.</summary>
public static class RegistryErrors
{
    public static SectionError Of(RegistryException e, string address, DateTimeOffset at) => new(
        e.Kind,
        new ErrorSource($"the schema registry at {address}", Phrase.Of("Source_At", "Schema Registry", address)), null, e.Message, at);
}
