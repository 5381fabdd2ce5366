using System.Collections;
using System.Reflection;
using Kafka.Protocol;
using Wire;

namespace Kafka.Broker.Tests.Support;

/// <summary>
/// Requests of any API with something in every place that their version has: one entry in each list, a name in each string.
/// </summary>
static class SampleRequests
{
    const string Name = "sample";

    static readonly Dictionary<ApiKey, Type> types = typeof(IKafkaRequest).Assembly.GetTypes()
        .Where(type => type is { IsClass: true, IsAbstract: false } && typeof(IKafkaRequest).IsAssignableFrom(type))
        .ToDictionary(type => (ApiKey)((IKafkaRequest)Activator.CreateInstance(type)!).Key);

    /// <param name="random">Numbers that a peer may send; without it they stay as they are.</param>
    public static IKafkaRequest Full(ApiKey key, short version, Random? random = null)
    {
        var request = (IKafkaRequest)Activator.CreateInstance(types[key])!;
        if (request is Kafka.Protocol.Messages.ProduceRequest produce)
        {
            produce.Acks = 1;
        }

        Fill(request, () => CanWrite(request, version), random);
        return request;
    }

    static bool CanWrite(IKafkaRequest request, short version)
    {
        using var writer = new WireWriter();
        try
        {
            request.Write(writer, version);
            return true;
        }
        catch (WireFormatException)
        {
            return false;
        }
    }

    static void Fill(object message, Func<bool> fits, Random? random)
    {
        var properties = message.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance);
        foreach (var property in properties.Where(property => property.CanWrite))
        {
            var before = property.GetValue(message);
            var value = Value(property.PropertyType, before, random);
            property.SetValue(message, value);
            if (!fits())
            {
                property.SetValue(message, before);
            }
            else if (value is IList list and not byte[] && list[0] is { } entry && entry is not string && entry.GetType().IsClass)
            {
                Fill(entry, fits, random);
            }
            else if (value is not (null or string or IList) && value.GetType() is { IsClass: true })
            {
                Fill(value, fits, random);
            }
        }
    }

    static object? Value(Type type, object? before, Random? random)
    {
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(List<>))
        {
            var item = type.GetGenericArguments()[0];
            var list = (IList)Activator.CreateInstance(type)!;
            list.Add(
                item == typeof(string) ? Name
                : item.IsClass ? Activator.CreateInstance(item)
                : Value(item, Activator.CreateInstance(item), random));
            return list;
        }

        return type == typeof(string) ? Name
            : type == typeof(ReadOnlyMemory<byte>?) ? (ReadOnlyMemory<byte>)TestLog.Batch(1, "a")
            : random is null ? before
            : before switch
            {
                sbyte => (sbyte)random.Next(-2, 10),
                short => (short)random.Next(-2, 4),
                int => Pick(random, -2, -1, 0, 1, 3, int.MaxValue, int.MinValue),
                long => Pick(random, -3, -2, -1, 0, 1, 5, long.MaxValue, long.MinValue),
                bool => random.Next(2) == 0,
                _ => before,
            };
    }

    static T Pick<T>(Random random, params T[] of) => of[random.Next(of.Length)];
}
