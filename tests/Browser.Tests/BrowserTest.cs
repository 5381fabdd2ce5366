using Microsoft.Playwright;
using Testing;

namespace Browser.Tests;

/// <summary>
/// A test with a tab of its own. It fails when the browser's console had an error or a script threw, whatever else it looked at.
/// </summary>
[Collection(typeof(ChromiumCollection))]
public abstract class BrowserTest(Chromium chromium) : IAsyncLifetime
{
    readonly List<string> errors = [];
    readonly List<RunningDashboard> programs = [];
    IBrowserContext? context;
    Circuit? circuit;

    protected IPage Page { get; private set; } = null!;

    protected RunningDashboard Dashboard => chromium.Dashboard;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync()
    {
        context = await chromium.NewContextAsync();
        Page = await context.NewPageAsync();
        Page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                errors.Add($"console: {message.Text} ({message.Location})");
            }
        };
        Page.PageError += (_, error) => errors.Add($"script: {error}");
        circuit = new(Page);
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        try
        {
            await CloseAsync();
        }
        finally
        {
            foreach (var program in programs)
            {
                await program.DisposeAsync();
            }
        }
    }

    /// <summary>A program of this test's own, which ends with it.</summary>
    protected async Task<RunningDashboard> LaunchAsync(params string[] arguments)
    {
        var program = new RunningDashboard { Arguments = ["--urls", "http://127.0.0.1:0", .. arguments] };
        programs.Add(program);
        await program.InitializeAsync();
        return program;
    }

    async Task CloseAsync()
    {
        if (context is null)
        {
            return;
        }

        if (TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            await Shots.SaveAsync(Page, $"failed-{TestContext.Current.TestMethod?.MethodName}", always: true);
        }

        await context.DisposeAsync();
        Assert.True(errors.Count == 0, $"{errors.Count} errors in the browser:\n{string.Join('\n', errors)}");
    }

    /// <summary>
    /// Opens a page of the cluster and waits until the server has drawn into it over the socket: from then on buttons work.
    /// </summary>
    protected async Task OpenAsync(string path)
    {
        var address = path.StartsWith('/') ? path : $"/clusters/local{(path.Length == 0 ? "" : "/")}{path}";
        await LoadAsync(() => Page.GotoAsync(address));
    }

    /// <summary>Does what loads a document, and waits as <see cref="OpenAsync"/> does.</summary>
    protected Task LoadAsync(Func<Task> load) => circuit!.LoadAsync(load);

    /// <summary>Pages stay as they were prerendered until the result is set.</summary>
    protected async Task<TaskCompletionSource> HoldTheSocketAsync()
    {
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await Page.RouteAsync("**/_blazor/negotiate**", async route =>
        {
            await open.Task;
            await route.ContinueAsync();
        });
        return open;
    }

    protected static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);

    protected ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    protected ILocator Link(string name) => Page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true });

    protected ILocator Heading => Page.Locator("h1");
}
