namespace Dashboard.Messages.Generating;

/// <summary>A template that cannot be filled.</summary>
/// <param name="message">What is wrong, one sentence.</param>
/// <param name="column">At which character, from 1 on.</param>
public sealed class TemplateException(string message, int column) : Exception(message)
{
    public int Column => column;
}
