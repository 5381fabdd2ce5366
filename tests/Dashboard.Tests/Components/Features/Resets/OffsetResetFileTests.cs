using Bunit;
using Dashboard.Components.Features.Groups;
using Microsoft.AspNetCore.Components.Forms;
using Testing;

namespace Dashboard.Tests.Components.Features.Resets;

/// <summary>Offsets that come from a file.</summary>
public sealed class OffsetResetFileTests : PageContext
{
    [Fact]
    public async Task Of_a_file_of_all_groups_the_rows_of_this_one_are_taken_and_stay_however_many_they_are()
    {
        var own = Enumerable.Range(0, 500).Select(p => $"orders,{p},7").ToList();
        var file = own.Select(row => $"billing,{row}").Append("mail,orders,0,1").Append("mail,orders,1,2").Append("fraud,orders,0,3");
        var form = Render<OffsetResetForm>(p => p.Add(f => f.Snapshot, Monitor.Current).Add(f => f.Draft, Draft("list")));
        await UploadAsync(form, string.Join("\r\n", file));
        form.WaitForAssertion(() => Assert.Contains("3 rows of 2 other groups are left out", form.Markup, StringComparison.Ordinal));
        Assert.Equal(string.Join('\n', own), Text(form));

        // as the page renders it once the address is that of the list, which does not fit in
        form.Render(p => p.Add(f => f.Draft, Draft("list")));
        Assert.Equal(string.Join('\n', own), Text(form));
        form.Render(p => p.Add(f => f.Draft, Draft("latest")));
        Assert.Empty(form.FindAll("textarea:not([aria-hidden])"));
    }

    [Fact]
    public async Task A_file_that_has_nothing_of_the_group_is_no_list_of_it()
    {
        var form = Render<OffsetResetForm>(p => p.Add(f => f.Snapshot, Monitor.Current).Add(f => f.Draft, Draft("list")));
        await UploadAsync(form, "mail,orders,0,1");
        form.WaitForAssertion(() => Assert.Equal("mail,orders,0,1", Text(form)));
        Assert.DoesNotContain("left out", form.Markup, StringComparison.Ordinal);
    }

    /// <summary>A file is taken in when its list has been planned, which waits a moment for another key.</summary>
    async Task UploadAsync(IRenderedComponent<OffsetResetForm> form, string text)
    {
        var input = form.FindComponent<InputFile>();
        var upload = Task.Run(() => input.UploadFiles(InputFileContent.CreateFromText(text, "all.csv")));
        await Eventually.TrueAsync(
            () =>
            {
                Time.Advance(TimeSpan.FromSeconds(1));
                return upload.IsCompleted;
            },
            "the file is read");
        await upload;
    }

    static OffsetResetDraft Draft(string to) => OffsetResetDraft.Of("billing", null, null, to, null);

    static string? Text(IRenderedComponent<OffsetResetForm> form)
    {
        var field = form.Find("textarea:not([aria-hidden])");
        return field.GetAttribute("value") ?? field.TextContent;
    }
}
