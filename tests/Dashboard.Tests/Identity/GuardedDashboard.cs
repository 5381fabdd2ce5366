using System.Net;
using System.Text.RegularExpressions;
using Testing;

namespace Dashboard.Tests.Identity;

/// <summary>The real program where one has to sign in, with an administrator, made by the link of the first start.</summary>
public partial class GuardedDashboard : IAsyncLifetime
{
    public GuardedDashboard()
        : this("--no-local")
    {
    }

    /// <param name="clusters">Arguments that say which there are.</param>
    protected GuardedDashboard(params string[] clusters) => Dashboard = new()
    {
        Arguments = ["--urls", "http://127.0.0.1:0", "--sign-in", "local", .. clusters],
        // which names and passwords are wrong is logged as warnings
        Environment = new Dictionary<string, string> { ["Logging__LogLevel__Default"] = "Warning" },
    };

    public const string Password = "correct horse battery staple";

    public RunningDashboard Dashboard { get; }

    /// <summary>The path of the link that was printed.</summary>
    public string FirstLink { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        await Dashboard.InitializeAsync();
        await Eventually.TrueAsync(() => Dashboard.Output.Any(line => LinkLine().IsMatch(line)), "the link is printed");
        var link = Dashboard.Output.Select(line => LinkLine().Match(line)).First(match => match.Success).Groups[1].Value;
        FirstLink = new Uri(link).PathAndQuery;
        using var visitor = new Visitor(Dashboard.Address);
        var set = await visitor.FillInAsync(FirstLink, ("password", Password), ("again", Password));
        Assert.True(set.Status == HttpStatusCode.Redirect, set.Text);
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return Dashboard.DisposeAsync();
    }

    /// <summary>Signed in as the administrator, in a browser of its own.</summary>
    internal async Task<Visitor> AdministratorAsync() => await SignedInAsync("admin", Password);

    internal async Task<Visitor> SignedInAsync(string user, string password)
    {
        var visitor = new Visitor(Dashboard.Address);
        var answer = await visitor.SignInAsync(user, password);
        Assert.True(answer.Status == HttpStatusCode.Redirect, answer.Text);
        return visitor;
    }

    /// <summary>A new account and its owner, signed in.</summary>
    internal async Task<Visitor> PersonAsync(string name, params string[] roles)
    {
        using var admin = await AdministratorAsync();
        var added = await admin.SendAsync(HttpMethod.Post, "/api/accounts", new { name, password = Password, roles });
        Assert.True(added.Status == HttpStatusCode.Created, added.Text);
        return await SignedInAsync(name, Password);
    }

    [GeneratedRegex(@"^Set the administrator's password, once and within 1 h: (\S+)$")]
    private static partial Regex LinkLine();
}
