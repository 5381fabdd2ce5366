using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Dashboard.Components.Foundation.Fields;

/// <summary>
/// A text field that tells what is typed with every key. Its event handler is made once: bound in a page's own markup it would be another
/// one after each rendering, and a key that was typed meanwhile would come with the one of before, be taken for a change by the page, and
/// be answered with a text that lacks the keys typed since.
/// </summary>
public sealed class TextInput : ComponentBase
{
    EventCallback<ChangeEventArgs> typed;

    [Parameter]
    public string? Value { get; set; }

    [Parameter]
    public EventCallback<string> ValueChanged { get; set; }

    /// <summary>input or textarea.</summary>
    [Parameter]
    public string Element { get; set; } = "input";

    [Parameter(CaptureUnmatchedValues = true)]
    public IReadOnlyDictionary<string, object>? Attributes { get; set; }

    protected override void OnInitialized() => typed = EventCallback.Factory.CreateBinder<string?>(this, TakeAsync, Value);

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.OpenElement(0, Element);
        builder.AddMultipleAttributes(1, Attributes);
        builder.AddAttribute(2, "value", Value);
        builder.AddAttribute(3, "oninput", typed);
        builder.SetUpdatesAttributeName("value");
        builder.CloseElement();
    }

    Task TakeAsync(string? text)
    {
        Value = text;
        return ValueChanged.InvokeAsync(text ?? "");
    }
}
