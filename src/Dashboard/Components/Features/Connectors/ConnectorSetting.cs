using Dashboard.Messages.Connect;
using Dashboard.Monitoring;

namespace Dashboard.Components.Features.Connectors;

/// <summary>A setting as it is typed.</summary>
public sealed class ConnectorSetting
{
    public string Key { get; set; } = "";

    /// <summary>The mask stands for what the connector has.</summary>
    public string Value { get; set; } = "";

    /// <summary>What stood there before anybody chose anything; null: nothing did.</summary>
    public string? Began { get; init; }

    /// <summary>The key of which the plugin has said what it is.</summary>
    public string? Checked { get; set; }

    /// <summary>The address says that it was chosen, and not what.</summary>
    public bool IsAwaited { get; set; }

    /// <summary>Its key is not typed: it was there, or its plugin names it.</summary>
    public bool IsNamed { get; init; }

    /// <summary>As the plugin describes it; null where it does not.</summary>
    public ConnectSetting? Described { get; set; }

    /// <summary>Why the value cannot be taken, in the plugin's words.</summary>
    public string? Fault { get; set; }

    public bool IsKept => Value == ClusterDefinition.KeepSecret;

    /// <summary>What the address withheld is one until the plugin says that it is none.</summary>
    public bool IsSecret => IsKept || (IsAwaited && Checked != Key.Trim())
        || Described?.Type == ConnectSetting.Password || Secrets.IsSecret(Key);

    public bool IsChosen => IsAwaited || Value != Began;

    /// <summary>It may be a secret: it does not stand in an address. What is masked elsewhere never does.</summary>
    public bool IsWithheld => IsChosen && (Value.Length == 0 || IsKept
        ? IsAwaited
        : Checked != Key.Trim() || ConnectorConfig.IsMasked(Key.Trim(), Value, Described?.Type == ConnectSetting.Password));

    public string Shown => IsKept ? "" : Value;
}
