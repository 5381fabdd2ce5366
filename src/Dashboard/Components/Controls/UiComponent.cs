using Dashboard.Localization;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Controls;

/// <summary>What every component has: words, the time, and the cluster it is about.</summary>
public abstract class UiComponent : ComponentBase
{
    [Inject]
    public Text L { get; set; } = null!;

    [Inject]
    public TimeProvider Time { get; set; } = null!;

    /// <summary>Null only outside any cluster: the page that says that there is no such cluster.</summary>
    [CascadingParameter]
    public ClusterContext? Context { get; set; }

    protected DateTimeOffset Now => Time.GetUtcNow();

    protected ClusterContext Cluster => Context ?? throw new InvalidOperationException("This component is used outside of a cluster's page.");

    protected string Clock(DateTimeOffset at) => Format.Time(L, at, Now);

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
