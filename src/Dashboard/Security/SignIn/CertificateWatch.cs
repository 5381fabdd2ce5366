namespace Dashboard.Security.SignIn;

/// <summary>
/// Tells the log of a certificate that has ended or soon will, at the start and twice a day: browsers tell only whom they keep out.
/// </summary>
sealed partial class CertificateWatch(ServerCertificate certificate, TimeProvider time, ILogger<CertificateWatch> logger)
    : BackgroundService
{
    static readonly TimeSpan interval = TimeSpan.FromHours(12);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        do
        {
            if (certificate.Trouble is { } trouble)
            {
                LogTrouble(trouble);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(LogLevel.Warning, "{Trouble}")]
    partial void LogTrouble(string trouble);
}
