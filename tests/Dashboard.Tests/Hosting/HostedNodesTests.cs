using Dashboard.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;
using Testing;

namespace Dashboard.Tests.Hosting;

public sealed class HostedNodesTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The web server's thread adds to them at the same time: the framework's settings take no listener then.</summary>
    [Fact]
    public async Task Nodes_do_not_listen_to_the_settings_that_are_being_put_together()
    {
        using var data = new TempDirectory();
        var settings = new HeardSettings(new ConfigurationBuilder()
            .AddInMemoryCollection([new("Logging:LogLevel:Default", "None")]).Build());
        var options = new CastellanOptions { Data = data.Path, Coordinators = 1, Brokers = 1 };
        using var host = await HostedNodes.StartAsync(options, settings);
        await host.StopAsync(Token);
        Assert.True(settings.WasRead);
        Assert.False(settings.WasListenedTo);
    }

    /// <summary>Settings that know what is done with them.</summary>
    sealed class HeardSettings(IConfiguration inner) : IConfiguration
    {
        public bool WasRead { get; private set; }

        public bool WasListenedTo { get; private set; }

        public string? this[string key]
        {
            get => inner[key];
            set => throw new NotSupportedException();
        }

        public IConfigurationSection GetSection(string key)
        {
            WasRead = true;
            return new HeardSection(this, inner.GetSection(key));
        }

        public IEnumerable<IConfigurationSection> GetChildren() => inner.GetChildren().Select(part => new HeardSection(this, part));

        public IChangeToken GetReloadToken()
        {
            WasListenedTo = true;
            return inner.GetReloadToken();
        }

        sealed class HeardSection(HeardSettings all, IConfigurationSection inner) : IConfigurationSection
        {
            public string Key => inner.Key;

            public string Path => inner.Path;

            public string? Value
            {
                get => inner.Value;
                set => throw new NotSupportedException();
            }

            public string? this[string key]
            {
                get => inner[key];
                set => throw new NotSupportedException();
            }

            public IConfigurationSection GetSection(string key) => new HeardSection(all, inner.GetSection(key));

            public IEnumerable<IConfigurationSection> GetChildren() => inner.GetChildren().Select(part => new HeardSection(all, part));

            public IChangeToken GetReloadToken() => all.GetReloadToken();
        }
    }
}
