namespace Dashboard.Messages.Filters;

/// <summary>A filter that cannot be understood, or not be decided. The message is one sentence for its author.</summary>
/// <param name="column">Where in what stands after the kind it goes wrong, counted from 1; null where it is not known.</param>
public sealed class FilterException(string message, int? column = null) : Exception(message)
{
    public int? Column { get; } = column;
}
