using Dashboard.Messages.Connect;
using Dashboard.Monitoring;

namespace Dashboard.Components.Features.Connectors;

/// <summary>A setting as it is typed.</summary>
public sealed class ConnectorSetting
{
    public string Key { get; set; } = "";

    /// <summary>The mask stands for what the connector has.</summary>
    public string Value { get; set; } = "";

    /// <summary>Its key is not typed: it was there, or its plugin names it.</summary>
    public bool IsNamed { get; init; }

    /// <summary>As the plugin describes it; null where it does not.</summary>
    public ConnectSetting? Described { get; set; }

    /// <summary>Why the value cannot be taken, in the plugin's words.</summary>
    public string? Fault { get; set; }

    public bool IsKept => Value == ClusterDefinition.KeepSecret;

    public bool IsSecret => IsKept || Described?.Type == "PASSWORD" || Secrets.IsSecret(Key);

    public string Shown => IsKept ? "" : Value;
}
