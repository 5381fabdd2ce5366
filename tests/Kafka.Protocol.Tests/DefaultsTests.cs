using System.Collections;
using System.Text.Json;

namespace Kafka.Protocol.Tests;

/// <summary>
/// What a new message holds, against what Kafka's own classes hold before anything is set: the sparse lines of the fixture.
/// </summary>
public class DefaultsTests
{
    [Theory]
    [MemberData(nameof(Golden.Names), MemberType = typeof(Golden))]
    public void A_new_message_has_Kafkas_defaults(string name)
    {
        foreach (var golden in Golden.Of(name).Where(one => one.Variant == "sparse"))
        {
            using var json = JsonDocument.Parse(golden.Json);
            Compare(json.RootElement, AnyMessage.New(name), golden.ToString());
        }
    }

    static void Compare(JsonElement expected, object actual, string path)
    {
        foreach (var one in expected.EnumerateObject())
        {
            var property = actual.GetType().GetProperty(char.ToUpperInvariant(one.Name[0]) + one.Name[1..])!;
            var value = property.GetValue(actual);
            switch (one.Value.ValueKind)
            {
                case JsonValueKind.Null:
                    break; // the fixture sets null where null may be
                case JsonValueKind.Array:
                    Assert.True(value is null or IList { Count: 0 }, $"{path}.{property.Name}");
                    if (one.Value.GetArrayLength() > 0 && one.Value[0].ValueKind == JsonValueKind.Object)
                    {
                        Compare(
                            one.Value[0],
                            Activator.CreateInstance(property.PropertyType.GetGenericArguments()[0])!,
                            $"{path}.{property.Name}[]");
                    }

                    break;
                case JsonValueKind.Object:
                    Compare(one.Value, value ?? Activator.CreateInstance(property.PropertyType)!, $"{path}.{property.Name}");
                    break;
                default:
                    if (one.Name != "records")
                    {
                        JsonComparison.Same(one.Value, value, $"{path}.{property.Name}");
                    }

                    break;
            }
        }
    }
}
