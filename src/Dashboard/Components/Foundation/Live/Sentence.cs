using Dashboard.Localization;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Foundation.Live;

/// <summary>Sentences of the resources with fragments at the places of their arguments.</summary>
public static class Sentence
{
    public static RenderFragment Of(string template, params object?[] arguments) => builder =>
    {
        foreach (var part in Template.Parts(template, arguments))
        {
            if (part.Argument >= 0 && arguments[part.Argument] is RenderFragment fragment)
            {
                builder.AddContent(0, fragment);
            }
            else
            {
                builder.AddContent(1, part.Argument < 0 ? part.Words : Template.Show(arguments[part.Argument], part.IsId));
            }
        }
    };
}
