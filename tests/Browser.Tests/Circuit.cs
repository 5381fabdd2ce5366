using System.Text;
using Microsoft.Playwright;

namespace Browser.Tests;

/// <summary>
/// The socket between a page and its server. A document is there before it, prerendered, and a click before it is lost;
/// a click made again may meet the dialog that the first one opened.
/// </summary>
sealed class Circuit
{
    readonly IPage page;
    TaskCompletionSource drawn = new();

    public Circuit(IPage page)
    {
        this.page = page;
        page.WebSocket += (_, socket) =>
        {
            // what the document before it still receives does not count
            var opened = drawn;
            socket.FrameReceived += (_, frame) =>
            {
                if (frame.Binary is { } bytes && Encoding.UTF8.GetString(bytes).Contains("JS.RenderBatch", StringComparison.Ordinal))
                {
                    opened.TrySetResult();
                }
            };
        };
    }

    /// <summary>
    /// Does what loads a document, and waits until the server has drawn into it over the socket: from then on buttons work.
    /// </summary>
    public async Task LoadAsync(Func<Task> load)
    {
        drawn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await load();
        await drawn.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        // the frame has come, which is not yet drawn; pages outside of the layout have no such mark
        await page.WaitForFunctionAsync("() => !document.querySelector('.app') || document.querySelector('[data-live]')");
        await page.EvaluateAsync("() => new Promise(done => requestAnimationFrame(() => done()))");
    }
}
