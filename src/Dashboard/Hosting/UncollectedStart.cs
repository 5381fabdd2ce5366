using System.Runtime;

namespace Dashboard.Hosting;

/// <summary>
/// A start makes some 45 MB of objects, of which most stay, while both cores have enough to do: what is dead among them is collected when
/// it is over. A start that makes more, or a machine that allows less, collects as always.
/// </summary>
static class UncollectedStart
{
    const long Bytes = 64 * 1024 * 1024;

    public static void Begin()
    {
        try
        {
            GC.TryStartNoGCRegion(Bytes);
        }
        catch (ArgumentOutOfRangeException)
        {
            // a limit of the container or of the environment that is lower than that
        }
    }

    public static void End()
    {
        if (GCSettings.LatencyMode != GCLatencyMode.NoGCRegion)
        {
            return;
        }

        try
        {
            GC.EndNoGCRegion();
        }
        catch (InvalidOperationException)
        {
            // more was made in this very moment, and collected
        }
    }
}
