using System.Diagnostics;
using Dashboard.Hosting;
using Dashboard.Tests.Api;
using Testing;

namespace Dashboard.Tests.Hosting;

/// <summary>The command of the image's health check, run as a process beside a program.</summary>
[Collection(typeof(DashboardCollection))]
public sealed class HealthCheckTests(RunningDashboard dashboard)
{
    [Fact]
    public async Task A_program_that_answers_is_healthy()
    {
        var (code, error) = await RunAsync(dashboard.Address.ToString());
        Assert.Equal((0, ""), (code, error));
    }

    [Fact]
    public async Task One_that_does_not_is_named()
    {
        var address = $"http://127.0.0.1:{FreePorts.Take(1)[0]}";
        var (code, error) = await RunAsync(address);
        Assert.Equal(1, code);
        Assert.StartsWith($"{address}/healthz does not answer: ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://0.0.0.0:8080", "http://127.0.0.1:8080/healthz")]
    [InlineData("http://10.1.2.3:8080", "http://10.1.2.3:8080/healthz")]
    [InlineData("http://[::]:8080", "http://[::1]:8080/healthz")]
    [InlineData("https://castle.example:8443/kafka", "https://127.0.0.1:8443/healthz")]
    [InlineData("http://localhost:8080", "http://localhost:8080/healthz")]
    [InlineData("castle", null)]
    [InlineData("ftp://castle", null)]
    public void It_is_asked_at_this_machine(string url, string? asked) => Assert.Equal(asked, HealthCheck.Local(url)?.ToString());

    static async Task<(int Code, string Error)> RunAsync(string url)
    {
        using var process = Process.Start(RunningDashboard.StartInfo(["health", url]))!;
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, error);
    }
}
