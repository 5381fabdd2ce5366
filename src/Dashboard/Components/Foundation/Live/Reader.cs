namespace Dashboard.Components.Foundation.Live;

/// <summary>
/// What a reader's browser told and chose before the page was made, from cookies; handed from the document to everything on it.
/// </summary>
/// <param name="Zone">The browser's time zone as IANA names it ("Europe/Berlin"); null until a first page told it.</param>
/// <param name="Utc">Times in UTC were asked for.</param>
/// <param name="Welcomed">The note of the first minute was dismissed.</param>
public sealed record Reader(string? Zone, bool Utc, bool Welcomed)
{
    public const string ZoneCookie = "castellan-zone";
    public const string ClockCookie = "castellan-clock";
    public const string WelcomeCookie = "castellan-welcome";

    public static readonly Reader Unknown = new(null, false, false);

    /// <summary>In which times are shown: UTC as well where this machine has no rules for the reader's zone.</summary>
    public TimeZoneInfo Clock =>
        Utc || Zone is null || !TimeZoneInfo.TryFindSystemTimeZoneById(Zone, out var zone) ? TimeZoneInfo.Utc : zone;

    public static Reader Of(HttpRequest request) => new(
        request.Cookies[ZoneCookie] is { Length: > 0 and < 64 } zone ? zone : null,
        request.Cookies[ClockCookie] == "utc",
        request.Cookies[WelcomeCookie] == "done");
}
