namespace Dashboard.Messages.Filters;

/// <summary>A parameter of a question for records that cannot be understood; the message names it.</summary>
/// <param name="parameter">As in addresses: from, to, filter …</param>
/// <param name="column">Of a filter: where it goes wrong in what stands after its kind, counted from 1; null where not known.</param>
public sealed class QueryFaultException(string parameter, string message, int? column)
    : FormatException($"{parameter}: {message}{(column is null ? "" : $" (at character {column})")}")
{
    public string Parameter => parameter;

    public int? Column => column;
}
