using Microsoft.Playwright;

namespace Browser.Tests;

/// <summary>
/// What holds for every dialog: accessible in both themes and on a telephone, the focus stays inside and goes back,
/// and Esc closes it with nothing done.
/// </summary>
public sealed class DialogTests(Chromium chromium) : BrowserTest(chromium)
{
    public static TheoryData<string, string> Dialogs => new()
    {
        { "nodes", "Add a broker…" },
        { "nodes", "Kill…" },
        { "nodes", "Remove…" },
        { "topics/orders", "Delete…" },
    };

    [Theory]
    [MemberData(nameof(Dialogs))]
    public async Task A_dialog_is_accessible_keeps_the_focus_and_closes_with_Esc(string path, string button)
    {
        await Cluster.ReadyAsync(Dashboard);
        await OpenAsync(path);
        var opener = Page.Locator("main button", new() { HasText = button }).First;
        await opener.FocusAsync();
        await Page.Keyboard.PressAsync("Enter");
        var dialog = Page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToBeVisibleAsync();
        // the way back, or the field to type into: never what cannot be undone
        await Expect(dialog.Locator("[data-autofocus]")).ToBeFocusedAsync();
        Assert.NotEmpty(await dialog.EvaluateAsync<string>(
            "d => document.getElementById(d.getAttribute('aria-labelledby'))?.textContent ?? ''"));
        for (var i = 0; i < 12; i++)
        {
            await Page.Keyboard.PressAsync("Tab");
            await Page.WaitForFunctionAsync("() => document.activeElement?.closest('[role=dialog]')");
        }

        var name = $"dialog-{button.TrimEnd('…').Replace(' ', '-')}";
        await Shots.SaveAsync(Page, $"{name}-light");
        await Axe.CheckAsync(Page, $"{name}, light");
        await Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await Shots.SaveAsync(Page, $"{name}-dark");
        await Axe.CheckColoursAsync(Page, $"{name}, dark");
        await Page.SetViewportSizeAsync(390, 844);
        await Shots.SaveAsync(Page, $"{name}-390");
        Assert.True(await dialog.EvaluateAsync<bool>(
            "d => d.getBoundingClientRect().left >= 0 && d.getBoundingClientRect().right <= innerWidth"));

        await Page.Keyboard.PressAsync("Escape");
        await Expect(dialog).ToHaveCountAsync(0);
        await Expect(opener).ToBeFocusedAsync();
    }
}
