using System.Collections.Concurrent;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components;

/// <summary>
/// Makes components by their constructor without parameters. The framework's own activator writes and compiles a factory for every type it
/// meets, some seventy of them for the first page. One that asks for services in its constructor still gets them.
/// </summary>
sealed class ComponentActivator(IServiceProvider services) : IComponentActivator
{
    /// <summary>Of each type there is, whether it has such a constructor.</summary>
    static readonly ConcurrentDictionary<Type, bool> plain = [];

    public IComponent CreateInstance(Type componentType)
    {
        if (!typeof(IComponent).IsAssignableFrom(componentType))
        {
            throw new ArgumentException($"{componentType} is no component.", nameof(componentType));
        }

        return (IComponent)(plain.GetOrAdd(componentType, static type => type.GetConstructor(Type.EmptyTypes) is not null)
            ? Activator.CreateInstance(componentType)!
            : ActivatorUtilities.CreateInstance(services, componentType));
    }
}
