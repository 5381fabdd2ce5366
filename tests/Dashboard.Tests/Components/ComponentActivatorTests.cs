using Dashboard.Components;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Tests.Components;

public sealed class ComponentActivatorTests
{
    [Fact]
    public void A_component_is_made_with_or_without_services_and_nothing_else_is()
    {
        var service = new Service();
        using var services = new ServiceCollection().AddSingleton(service).BuildServiceProvider();
        var activator = new ComponentActivator(services);

        Assert.NotSame(activator.CreateInstance(typeof(Plain)), activator.CreateInstance(typeof(Plain)));
        Assert.Same(service, Assert.IsType<Asking>(activator.CreateInstance(typeof(Asking))).Service);
        Assert.Throws<ArgumentException>(() => activator.CreateInstance(typeof(Service)));
    }

    sealed class Service;

    sealed class Plain : ComponentBase;

    sealed class Asking(Service service) : ComponentBase
    {
        public Service Service => service;
    }
}
