namespace Wire.Generator.Model;

/// <summary>A parsed file: the definitions without errors, and the errors of the others.</summary>
/// <param name="Hint">The path below the project with dots: the first part of the generated files' names.</param>
/// <param name="Messages">What gets code.</param>
/// <param name="Problems">What is reported.</param>
sealed record SchemaFile(string Hint, EquatableArray<Message> Messages, EquatableArray<Problem> Problems);
