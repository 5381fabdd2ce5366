using Dashboard.Monitoring.Model;

namespace Dashboard.Components.Foundation.Live;

/// <summary>What a panel needs to know of the section behind it, whatever its value is.</summary>
public readonly record struct SectionState(bool HasValue, SectionError? Error, DateTimeOffset? AsOf)
{
    public static SectionState Of<T>(Section<T> section)
        where T : class => new(section.Value is not null, section.Error, section.AsOf);

    public bool IsLoading => !HasValue && Error is null;

    public bool IsFailed => !HasValue && Error is not null;

    public bool IsStale => HasValue && Error is not null;
}
