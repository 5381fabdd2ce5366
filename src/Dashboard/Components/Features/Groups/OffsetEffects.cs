using System.Collections.Immutable;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Positions;

namespace Dashboard.Components.Features.Groups;

/// <summary>
/// What the choices that are not chosen would come to, where only the cluster can tell: asked one after the other, and kept for a while.
/// Its form owns it.
/// </summary>
sealed class OffsetEffects(TimeProvider time)
{
    static readonly TimeSpan kept = TimeSpan.FromSeconds(30);

    readonly Dictionary<OffsetTargetKind, (OffsetResetDraft Asked, DateTimeOffset At, ImmutableArray<PlannedOffset>? Offsets)> known = [];

    /// <summary>Null: not asked, no answer, or what it says cannot be read.</summary>
    public ImmutableArray<PlannedOffset>? Find(OffsetResetDraft asked) =>
        known.TryGetValue(asked.Kind, out var one) && one.Asked == asked ? one.Offsets : null;

    public async Task ReadAsync(
        IEnumerable<OffsetResetDraft> choices, IClusterCommands commands, CancellationToken cancellationToken)
    {
        foreach (var asked in choices.Where(IsOld).ToList())
        {
            ImmutableArray<PlannedOffset>? offsets = null;
            try
            {
                var plan = await commands.PlanAsync(asked.Request(), cancellationToken);
                offsets = plan.Offsets.IsEmpty ? null : plan.Offsets;
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                // said once it is chosen
            }

            known[asked.Kind] = (asked, time.GetUtcNow(), offsets);
        }
    }

    /// <summary>What was written since changes the figures a little, another value all of them.</summary>
    bool IsOld(OffsetResetDraft asked) =>
        !known.TryGetValue(asked.Kind, out var one) || one.Asked != asked || time.GetUtcNow() - one.At >= kept;
}
