using System.Reflection;
using Dashboard.Addresses;
using Dashboard.Components.Foundation.Live;
using Dashboard.Security.Identity;
using Dashboard.Security.SignIn;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.SignIn;

/// <summary>Who are you, and back to where you wanted to go.</summary>
public sealed partial class SignIn : UiComponent
{
    const string Form = "sign-in";

    static readonly string version =
        typeof(SignIn).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    PasswordAnswer? answer;

    [Inject]
    public IServiceProvider Services { get; set; } = null!;

    [Inject]
    public NavigationManager Navigation { get; set; } = null!;

    [CascadingParameter]
    public HttpContext? Http { get; set; }

    /// <summary>Where one came from; only addresses here are followed.</summary>
    [SupplyParameterFromQuery]
    public string? ReturnUrl { get; set; }

    /// <summary>Given: a session has ended.</summary>
    [SupplyParameterFromQuery]
    public string? Ended { get; set; }

    [SupplyParameterFromQuery]
    public string? Fault { get; set; }

    [SupplyParameterFromForm(FormName = Form, Name = "user")]
    public string? User { get; set; }

    [SupplyParameterFromForm(FormName = Form, Name = "password")]
    public string? Password { get; set; }

    /// <summary>Null: nobody has to sign in here.</summary>
    SignInOptions? Options { get; set; }

    string Back => SignInAddress.Local(ReturnUrl);

    string Here => SignInAddress.Of(Back);

    string Issuer => $"{SignInAddress.Oidc}?returnUrl={Uri.EscapeDataString(Back)}";

    string? OidcFault => (Options?.Oidc, Fault) switch
    {
        ({ } oidc, SignInAddress.OidcFault) => L["SignIn_OidcFault", oidc.Shown],
        ({ } oidc, SignInAddress.OidcSilent) => L["SignIn_OidcSilent", oidc.Shown],
        _ => null,
    };

    string? Why => answer switch
    {
        null or { End: PasswordEnd.SignedIn } => null,
        { End: PasswordEnd.Wrong, Left: 0 } => L["SignIn_WrongLast", SignInAttempts.Wait.TotalMinutes],
        { End: PasswordEnd.Wrong } wrong => L["SignIn_Wrong", wrong.Left, SignInAttempts.Wait.TotalMinutes],
        { End: PasswordEnd.Wait } wait => L["SignIn_Wait", Math.Ceiling((wait.Until!.Value - Now).TotalMinutes)],
        { End: PasswordEnd.TooMany } => L["SignIn_TooMany"],
        _ => L["SignIn_NoDirectory"],
    };

    protected override void OnInitialized()
    {
        Options = Services.GetService<SignInOptions>();
        if (Options is null || Http?.User.Identity?.IsAuthenticated == true)
        {
            Navigation.NavigateTo(Back[1..]);
        }
    }

    async Task SignInAsync()
    {
        answer = await Services.GetRequiredService<PasswordSignIn>().TryAsync(Http!, User, Password);
        Password = null;
        if (answer is { End: PasswordEnd.SignedIn })
        {
            Navigation.NavigateTo(Back[1..]);
        }
    }
}
