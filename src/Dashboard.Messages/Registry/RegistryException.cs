namespace Dashboard.Messages.Registry;

/// <summary>A registry did not give what it was asked for.</summary>
/// <param name="message">One sentence with the registry's address; never a secret.</param>
/// <param name="isAnswer">It answered, with a refusal: asking another one, or again soon, gives nothing better.</param>
public sealed class RegistryException(string message, bool isAnswer, Exception? inner = null) : Exception(message, inner)
{
    public bool IsAnswer => isAnswer;

    /// <summary>There is no such schema or subject.</summary>
    public bool IsMissing { get; init; }
}
