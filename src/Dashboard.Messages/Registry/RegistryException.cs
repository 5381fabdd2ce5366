using Dashboard.Messages.Services;

namespace Dashboard.Messages.Registry;

/// <summary>A registry did not give, or do, what it was asked for.</summary>
/// <param name="message">One sentence with the registry's address; never a secret.</param>
/// <param name="isAnswer">It answered, with a refusal: asking another one, or again soon, gives nothing better.</param>
public sealed class RegistryException(string message, bool isAnswer, Exception? inner = null) : ServiceException(message, isAnswer, inner)
{
    internal static RegistryException Of(ServiceException e) => new(e.Message, e.IsAnswer, e)
    {
        IsMissing = e.IsMissing,
        IsTimeout = e.IsTimeout,
        MayHaveHappened = e.MayHaveHappened,
        Status = e.Status,
        Code = e.Code,
        Said = e.Said,
    };
}
