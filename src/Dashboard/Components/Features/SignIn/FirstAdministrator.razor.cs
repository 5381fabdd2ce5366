using Dashboard.Addresses;
using Dashboard.Components.Foundation.Live;
using Dashboard.Localization;
using Dashboard.Security.Identity;
using Dashboard.Security.SignIn;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.SignIn;

/// <summary>Where the link of a first start leads: a password for the administrator, who is signed in then.</summary>
public sealed partial class FirstAdministrator : UiComponent
{
    const string Form = "first";

    string? why;

    [Inject]
    public IServiceProvider Services { get; set; } = null!;

    [Inject]
    public NavigationManager Navigation { get; set; } = null!;

    [CascadingParameter]
    public HttpContext? Http { get; set; }

    [SupplyParameterFromQuery]
    public string? Code { get; set; }

    [SupplyParameterFromForm(FormName = Form, Name = "password")]
    public string? Password { get; set; }

    [SupplyParameterFromForm(FormName = Form, Name = "again")]
    public string? Again { get; set; }

    FirstPassword? Link => Services.GetService<FirstPassword>();

    string Here => $"{SignInAddress.First}?code={Uri.EscapeDataString(Code ?? "")}";

    async Task SetAsync()
    {
        why = Passwords.Problem(Password) is { } problem ? ErrorWords.Of(L, problem)
            : Password != Again ? L["First_Differ"]
            : null;
        if (why is not null)
        {
            return;
        }

        try
        {
            Link!.Set(Code, Password!);
        }
        catch (Exception e) when (e is IdentityException or IOException)
        {
            why = ErrorWords.Of(L, e);
            return;
        }

        await Services.GetRequiredService<IdentityAudit>()
            .DoneAsync(null, "account.first", LocalAccounts.First, "by the link of the first start", Http!.RequestAborted);
        await Http.SignInAsync(
            OpenSessions.Scheme,
            Principals.Of(OpenSessions.Scheme, LocalAccounts.First, IdentitySource.Local, null, [LocalAccounts.AdministratorRole]));
        Navigation.NavigateTo("");
    }
}
