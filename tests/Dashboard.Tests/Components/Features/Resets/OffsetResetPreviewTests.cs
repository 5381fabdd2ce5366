using System.Collections.Immutable;
using Bunit;
using Dashboard.Components.Features.Groups;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Positions;
using Kafka.Protocol;

namespace Dashboard.Tests.Components.Features.Resets;

public sealed class OffsetResetPreviewTests : PageContext
{
    [Theory]
    [InlineData(10, 10, 0, 0)]
    [InlineData(10, 4, 6, 0)]
    [InlineData(4, 10, 0, 6)]
    [InlineData(-1, 4, 0, 0)]
    public void What_is_read_again_and_what_is_skipped_is_counted_whether_or_not_its_times_are_known(
        long before, long after, int again, int skipped)
    {
        var offset = PlannedOffset.Of("orders", 0, before < 0 ? null : before, after, 0, 20);
        var command = new WriteOffsets("billing", GroupKind.Classic, [], "offset:4");
        var plan = new ResetOffsetsPlan(command, [offset]) { AsOf = Time.GetUtcNow() };
        var facts = Render<OffsetResetPreview>(p => p.Add(c => c.Plan, plan)).FindAll(".reset-facts dd");
        Assert.Equal([$"{again} records", $"{skipped} records"], facts.Take(2).Select(fact => fact.TextContent.Trim()));
    }
}
