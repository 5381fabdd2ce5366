using Dashboard.Monitoring.Model;

namespace Dashboard.Components.Shell;

/// <summary>The cluster menu and the alarm beside it.</summary>
public partial class ClusterStatus : ClusterFace
{
    Finding? Worst => Snapshot.Health.Headline is { Severity: Severity.Bad } headline ? headline : null;

    /// <summary>A glyph of the sprite as the library takes icons: the inside of its svg.</summary>
    static string Icon(string glyph) => $"<g class=\"g-{glyph}\"><use href=\"#{glyph}\" /></g>";
}
