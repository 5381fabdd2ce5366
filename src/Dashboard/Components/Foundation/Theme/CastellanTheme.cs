using MudBlazor;

namespace Dashboard.Components.Foundation.Theme;

/// <summary>
/// Sizes, type and shadows of MudBlazor's components. Its colours are the tokens of css/tokens.css, mapped in css/mud.css: which
/// theme it is must be known at the first byte, also where the browser's own setting decides, and a palette that this server writes
/// into the page cannot know that.
/// </summary>
public static class CastellanTheme
{
    /// <summary>From this elevation on things float (menus 8, dialogs 24); below it they lie on the page: a line, no shadow.</summary>
    const int Floats = 5;

    static readonly string[] faces = ["var(--font)"];

    public static MudTheme Of { get; } = new()
    {
        LayoutProperties = new LayoutProperties
        {
            DefaultBorderRadius = "var(--radius-s)",
            DrawerWidthLeft = "var(--nav)",
            AppbarHeight = "var(--bar)",
        },
        Typography = new Typography
        {
            Default = Size<DefaultTypography>("var(--text-m)", "400"),
            Body1 = Size<Body1Typography>("var(--text-m)", "400"),
            Body2 = Size<Body2Typography>("var(--text-m)", "400"),
            Subtitle1 = Size<Subtitle1Typography>("var(--text-m)", "600"),
            Subtitle2 = Size<Subtitle2Typography>("var(--text-m)", "600"),
            Button = Size<ButtonTypography>("var(--text-m)", "400"),
            Caption = Size<CaptionTypography>("var(--text-s)", "400"),
            Overline = Size<OverlineTypography>("var(--text-s)", "400"),
            H6 = Size<H6Typography>("var(--text-xl)", "600"),
        },
        Shadows = new Shadow { Elevation = [.. Enumerable.Range(0, 26).Select(at => at < Floats ? "none" : "var(--shade)")] },
    };

    static T Size<T>(string size, string weight)
        where T : BaseTypography, new() => new()
        {
            FontFamily = faces,
            FontSize = size,
            FontWeight = weight,
            LineHeight = "var(--lead)",
            LetterSpacing = "normal",
            TextTransform = "none",
        };
}
