using Dashboard.Localization;
using Dashboard.Monitoring.Audit;

namespace Dashboard.Components.Features.Nodes;

/// <summary>What was done to a node and is not in the audit log is told where a refusal would stand; nobody is to do it again.</summary>
static class Unwritten
{
    public static async Task<string?> ToldAsync(this Task<string?> action, Text words)
    {
        try
        {
            return await action;
        }
        catch (AuditException e)
        {
            return ErrorWords.Of(words, e);
        }
    }
}
