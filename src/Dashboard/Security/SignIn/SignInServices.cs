using Dashboard.Addresses;
using Dashboard.Security.Access;
using Dashboard.Security.Identity;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace Dashboard.Security.SignIn;

/// <summary>What the composition root calls where one has to sign in. Without sign-in, nothing of it is loaded.</summary>
static class SignInServices
{
    const string Any = "Any";

    /// <param name="data">Where sign-in.json is.</param>
    /// <param name="urls">Where the pages are served.</param>
    /// <exception cref="InvalidDataException">sign-in.json, or a certificate, cannot be read.</exception>
    public static void AddSignIn(this WebApplicationBuilder builder, SignInOptions options, string data, string urls)
    {
        var services = builder.Services;
        services.AddSingleton(options);
        services.AddSingleton(new IdentityStore(data));
        services.AddSingleton<SessionEndings>();
        services.AddSingleton<OpenSessions>();
        services.AddSingleton<Passwords>();
        services.AddSingleton<LocalAccounts>();
        services.AddSingleton<ApiTokens>();
        services.AddSingleton<IAdministrators, AccessAdministrators>();
        services.AddSingleton<ITokenOwners, TokenOwners>();
        services.AddSingleton<IdentityAudit>();
        services.AddSingleton<AccountDesk>();
        services.AddSingleton<SignInAttempts>();
        services.AddSingleton<PasswordSignIn>();
        services.AddScoped<CircuitHandler, SessionCircuit>();
        if (options.Local)
        {
            services.AddSingleton<FirstPassword>();
        }

        if (options.Ldap is { } ldap)
        {
            services.AddSingleton<IPasswordDirectory>(_ => new LdapDirectory(ldap));
        }

        AddSchemes(services, options, ServedUrls.AreAllHttps(urls));
        if (options.Certificate is not null)
        {
            builder.AddCertificate(options);
        }
    }

    /// <summary>Before anything that looks at who comes: who that is.</summary>
    public static void UseSignIn(this WebApplication app)
    {
        app.UseAuthentication();
        app.UseMiddleware<SignInGate>();
    }

    static void AddSchemes(IServiceCollection services, SignInOptions options, bool https)
    {
        var schemes = services.AddAuthentication(Any)
            .AddPolicyScheme(Any, null, any => any.ForwardDefaultSelector = context => SchemeOf(context.Request, options))
            .AddScheme<AuthenticationSchemeOptions, TokenHandler>(ApiTokens.Scheme, null)
            .AddCookie(OpenSessions.Scheme, cookie => Configure(cookie, options, https));
        services.AddOptions<CookieAuthenticationOptions>(OpenSessions.Scheme)
            .Configure<OpenSessions>((cookie, sessions) => cookie.SessionStore = sessions);
        services.Configure<AntiforgeryOptions>(forms => forms.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest);
        if (options.Proxy?.Header is not null)
        {
            schemes.AddScheme<AuthenticationSchemeOptions, ProxyHandler>(ProxyHandler.SchemeName, null);
        }

        if (options.Oidc is { } oidc)
        {
            schemes.AddOidc(oidc);
        }
    }

    /// <summary>A token speaks for itself; what the proxy says is newer than a cookie.</summary>
    static string SchemeOf(HttpRequest request, SignInOptions options) =>
        // a token first: who sends one means it, whatever cookies a browser adds
        TokenHandler.IsGiven(request) ? ApiTokens.Scheme
        : ProxyHandler.IsGiven(request, options) ? ProxyHandler.SchemeName
        : OpenSessions.Scheme;

    /// <summary>
    /// Lax, not Strict: a link in a mail leads to a page, signed in; what changes anything is refused from elsewhere by SameOriginOnly.
    /// With __Host- no other host of the domain can set it; browsers take that over https only.
    /// </summary>
    static void Configure(CookieAuthenticationOptions options, SignInOptions signIn, bool https)
    {
        options.Cookie.Name = SignInGate.CookieName(https);
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.SecurePolicy = https ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        options.ExpireTimeSpan = signIn.SessionLength;
        // a session ends when the user was said it would
        options.SlidingExpiration = false;
    }
}
