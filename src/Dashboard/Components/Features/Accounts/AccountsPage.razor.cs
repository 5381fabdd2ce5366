using System.Security.Claims;
using Dashboard.Components.Foundation.Live;
using Dashboard.Security.Access;
using Dashboard.Security.Identity;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace Dashboard.Components.Features.Accounts;

/// <summary>Accounts, API tokens and open sessions: everybody's own, and for administrators all.</summary>
public sealed partial class AccountsPage : UiComponent, IDisposable
{
    /// <summary>Something that is done once it was asked for again.</summary>
    sealed record Question(string Title, string Means, Func<Task> DoAsync);

    AccountDesk? desk;
    ClaimsPrincipal? person;
    LocalAccount? edited;
    bool adding;
    Question? asked;

    [Inject]
    public IServiceProvider Services { get; set; } = null!;

    [Inject]
    public ICurrentActor Who { get; set; } = null!;

    bool IsAdministrator => desk!.IsAdministrator(person!);

    string Headline => IsAdministrator
        ? L["Accounts_Headline", desk!.List(person!).Count, desk.Tokens(person!).Count]
        : L["Accounts_Own"];

    /// <summary>The account by which the reader has signed in; null: he is known from elsewhere.</summary>
    LocalAccount? Own => desk!.Own(person!);

    protected override async Task OnInitializedAsync()
    {
        if (Services.GetService<AccountDesk>() is not { } found)
        {
            return;
        }

        person = (await Services.GetRequiredService<AuthenticationStateProvider>().GetAuthenticationStateAsync()).User;
        desk = found;
        desk.Changed += OnChanged;
    }

    public void Dispose()
    {
        if (desk is not null)
        {
            desk.Changed -= OnChanged;
        }
    }

    void OnChanged() => _ = InvokeAsync(StateHasChanged);

    void AskRemoval(LocalAccount account) => asked = new(
        L["Accounts_RemoveOf", account.Name], L["Accounts_RemoveMeans"],
        () => desk!.RemoveAsync(person!, account.Name, CancellationToken.None));

    void AskRevocation(ApiToken token) => asked = new(
        L["Tokens_RevokeOf", token.Name], L["Tokens_RevokeMeans"], () => desk!.RevokeAsync(person!, token.Id, CancellationToken.None));

    Task EndAsync(SignInSession session) => desk!.EndAsync(person!, session.Id, CancellationToken.None);
}
