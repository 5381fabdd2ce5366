using System.Globalization;
using Dashboard.Localization;
using Dashboard.Monitoring.Model;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Foundation.Live;

/// <summary>What every component has: words, the time, and the cluster it is about.</summary>
public abstract class UiComponent : ComponentBase
{
    readonly CultureInfo culture = CultureInfo.CurrentCulture;
    readonly CultureInfo language = CultureInfo.CurrentUICulture;
    object?[]? drawn;

    [Inject]
    public Text L { get; set; } = null!;

    [Inject]
    public TimeProvider Time { get; set; } = null!;

    /// <summary>Null only outside any cluster: the page that says that there is no such cluster.</summary>
    [CascadingParameter]
    public ClusterContext? Context { get; set; }

    /// <summary>Cascaded from the document; another one (the first page tells the zone late) renders everything again.</summary>
    [CascadingParameter]
    public Reader Reader { get; set; } = Reader.Unknown;

    /// <summary>
    /// All that what is seen is made of, where a component can say so: it is drawn again only when one of these is another, by value. Null:
    /// it is drawn whenever its parent is.
    /// </summary>
    protected virtual object?[]? DrawnFrom => null;

    protected override bool ShouldRender()
    {
        var before = drawn;
        drawn = DrawnFrom is { } parts ? [Reader, .. parts] : null;
        return drawn is null || before is null || !drawn.SequenceEqual(before);
    }

    protected DateTimeOffset Now => Time.GetUtcNow();

    protected ClusterContext Cluster =>
        Context ?? throw new InvalidOperationException("This component is used outside of a cluster's page.");

    /// <summary>
    /// As the framework's, in the reader's language: who calls may work for all readers, in the language of the first of them.
    /// </summary>
    protected new async Task InvokeAsync(Action work) => await base.InvokeAsync(() =>
    {
        Speak();
        work();
    });

    /// <inheritdoc cref="InvokeAsync(Action)"/>
    protected new async Task InvokeAsync(Func<Task> work) => await base.InvokeAsync(() =>
    {
        Speak();
        return work();
    });

    // timers and monitors call from threads that have the server's culture
    void Speak() => (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (culture, language);

    /// <summary>
    /// Does something at each turn of the interval while the component is there, and ends quietly when it has gone. A turn that
    /// comes while the one before still works is left out.
    /// </summary>
    /// <param name="atOnce">Before the first turn as well.</param>
    protected async Task RepeatAsync(TimeSpan interval, Func<CancellationToken, Task> work, CancellationToken gone, bool atOnce = false)
    {
        using var timer = new PeriodicTimer(interval, Time);
        try
        {
            if (atOnce)
            {
                await work(gone);
            }

            while (await timer.WaitForNextTickAsync(gone))
            {
                await work(gone);
            }
        }
        catch (OperationCanceledException)
        {
            // it went away
        }
    }

    /// <summary>When, in the reader's zone; with the date where that is not today's.</summary>
    protected string Clock(DateTimeOffset at) => Format.Time(L, Reader.Clock, at, Now);

    /// <summary>The time of day alone, where the date stands beside it or nothing is older than an hour.</summary>
    protected string TimeOfDay(DateTimeOffset at) => Format.Clock(Reader.Clock, at);

    protected string TimeOfDayMs(DateTimeOffset at) => Format.ClockMs(Reader.Clock, at);

    /// <summary>A verdict in the reader's language.</summary>
    protected string Tell(Verdict verdict) => Sentences([.. verdict.Phrases.Select(Tell)]);

    /// <summary>One after the other, in the reader's language: Chinese marks need no space beside them.</summary>
    protected static string Sentences(params string[] sentences) =>
        string.Join(' ', sentences).Replace("。 ", "。", StringComparison.Ordinal).Replace(" （", "（", StringComparison.Ordinal);

    protected string Tell(Phrase phrase) => L[phrase.Key, [.. phrase.Arguments.Select(argument => argument switch
    {
        DateTimeOffset at => Clock(at),
        ErrorSource source => ErrorWords.Of(L, source),
        Wire.CodedText told => ErrorWords.Of(L, told),
        TimeSpan span => Format.Seconds(L, span.TotalSeconds),
        null => Format.None,
        _ => argument,
    })]];

    /// <summary>A sentence of the resources whose arguments may be fragments: links, code, emphasis.</summary>
    protected RenderFragment Say(string key, params object?[] arguments) => Sentence.Of(L[key], arguments);

    /// <summary>A link within a sentence.</summary>
    protected static RenderFragment A(string href, string words, string? css = null) => builder =>
    {
        builder.OpenElement(0, "a");
        builder.AddAttribute(1, "href", href);
        builder.AddAttribute(2, "class", css);
        builder.AddContent(3, words);
        builder.CloseElement();
    };

    /// <summary>An element with words in it: B("strong", "orders").</summary>
    protected static RenderFragment E(string element, object? words, string? css = null) => builder =>
    {
        builder.OpenElement(0, element);
        builder.AddAttribute(1, "class", css);
        builder.AddContent(2, Template.Show(words));
        builder.CloseElement();
    };
}
