using Dashboard.Security.Identity;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Dashboard.Security.SignIn;

/// <summary>TLS of the pages' own server.</summary>
static class HttpsServing
{
    /// <exception cref="InvalidDataException">The certificate cannot be read.</exception>
    public static void AddCertificate(this WebApplicationBuilder builder, SignInOptions options)
    {
        var certificate = new ServerCertificate(options, TimeProvider.System);
        builder.Services.AddSingleton(certificate);
        builder.Services.AddHostedService<CertificateWatch>();
        builder.Services.Configure<KestrelServerOptions>(kestrel => kestrel.ConfigureHttpsDefaults(https =>
        {
            https.ServerCertificateSelector = (_, _) => certificate.Current.TargetCertificate;
            // a selector alone would leave out the certificates between this one and its authority
            https.OnAuthenticate = (_, tls) =>
            {
                tls.ServerCertificateSelectionCallback = null;
                tls.ServerCertificateContext = certificate.Current;
            };
        }));
    }
}
