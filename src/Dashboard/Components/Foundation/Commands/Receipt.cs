using Dashboard.Components.Foundation.Live;
using Dashboard.Localization;
using Dashboard.Monitoring.Access;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Dashboard.Components.Foundation.Commands;

/// <summary>Says that something was done where the page or dialog that asked for it is closed by then, and where that is kept.</summary>
static class Receipt
{
    /// <summary>Milliseconds: long enough to read it and to take the link.</summary>
    const int Shown = 8000;

    /// <param name="text">The words of the pages.</param>
    /// <param name="what">What was asked for.</param>
    /// <param name="at">When it was done, as the reader sees times.</param>
    /// <param name="audit">The audit log's page, at what was changed; null: it is not for the reader.</param>
    public static void Show(ISnackbar snackbar, Text text, string what, string at, string? audit) =>
        Show(snackbar, text, what, at, audit, text["Command_Audited"]);

    /// <summary>Where the audit log has it; null for users who may not see that.</summary>
    public static string? Audit(ClusterContext cluster, string subject) =>
        cluster.May(cluster.To(AccessAction.See, AccessKind.Audit, Permission.All))
            ? cluster.Href($"audit?q={Uri.EscapeDataString(subject)}")
            : null;

    /// <param name="href">Where to look at it; null: nowhere.</param>
    /// <param name="link">What stands there.</param>
    public static void Show(ISnackbar snackbar, Text text, string what, string at, string? href, string link)
    {
        RenderFragment line = builder =>
        {
            builder.AddContent(0, text["Command_Receipt", what, at]);
            if (href is null)
            {
                return;
            }

            builder.AddContent(1, " · ");
            builder.OpenElement(2, "a");
            builder.AddAttribute(3, "href", href);
            builder.AddContent(4, link);
            builder.CloseElement();
        };
        snackbar.Add(line, MudBlazor.Severity.Normal, options =>
        {
            options.HideIcon = true;
            options.VisibleStateDuration = Shown;
            options.HideTransitionDuration = 200;
            options.ShowTransitionDuration = 100;
        });
    }
}
