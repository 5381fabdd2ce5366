using Wire;

namespace Dashboard.Monitoring;

/// <summary>A property of a schema registry, or of a Connect cluster, cannot be taken.</summary>
/// <param name="why">Without its full stop.</param>
sealed class RegistrySettingsException(string property, CodedText why) : Exception(why.English)
{
    public string Property => property;

    /// <param name="field">Of the definition.</param>
    /// <param name="key">As the property is called there.</param>
    /// <param name="named">As it is called to people.</param>
    public ClusterDefinitionException Of(string field, string key, string named) =>
        new($"{field}.{key}", CodedText.Of("PropWrong", $"{$"{field}: {named}"}: {why}."));
}
