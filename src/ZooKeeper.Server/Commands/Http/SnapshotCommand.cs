using System.Globalization;

namespace ZooKeeper.Server.Commands.Http;

/// <summary>
/// GET snapshot (ZOOKEEPER-4570): writes a snapshot and, unless streaming=false, sends the file; its zxid and size are in the head. For who
/// may do everything with the root, and not more often than admin.rateLimiterIntervalInMS says: it costs the disk what the whole tree
/// weighs.
/// </summary>
sealed class SnapshotCommand(TimeProvider time)
{
    public const string Name = "snapshot";

    readonly Lock gate = new();
    long? last;

    public async Task<AdminAnswer> RunAsync(AdminRequest request, ServerView view)
    {
        var (refusal, taken) = await view.Core.Loop.RunAsync(() => Take(request, view)).ConfigureAwait(false);
        if (taken is not { } snapshot)
        {
            return refusal!;
        }

        await snapshot.Saved.ConfigureAwait(false);
        var file = await File.ReadAllBytesAsync(view.Files.SnapshotPath(snapshot.Zxid)).ConfigureAwait(false);
        var headers = new Dictionary<string, string>
        {
            ["last_zxid"] = string.Create(CultureInfo.InvariantCulture, $"0x{snapshot.Zxid:x}"),
            ["snapshot_size"] = file.Length.ToString(CultureInfo.InvariantCulture),
        };
        var answer = request.Query.TryGetValue("streaming", out var streaming) && !(bool.TryParse(streaming, out var wanted) && wanted)
            ? AdminAnswer.Json(new() { ["command"] = Name, ["error"] = null })
            : new AdminAnswer(200, "application/octet-stream", [.. file.Chunk(1 << 20).Select(c => (ReadOnlyMemory<byte>)c)]);
        return answer with { Headers = headers };
    }

    (AdminAnswer? Refusal, (long Zxid, Task Saved)? Taken) Take(AdminRequest request, ServerView view)
    {
        if (!view.Core.IsServing)
        {
            return (AdminAnswer.Refused(Name, AdminCommands.NotServing), null);
        }

        // before the rate, which one who may not run it must not use up for those who may
        if (AdminAccess.Refusal(Name, request, view) is { } refused)
        {
            return (refused, null);
        }

        if (!view.Config.AdminSnapshotEnabled)
        {
            return (AdminAnswer.Refused(Name, "admin.snapshot.enabled is false", 503), null);
        }

        if (!IsDue(view.Config.AdminRateLimit))
        {
            var problem = $"Not more than one snapshot in {view.Config.AdminRateLimit} ms (admin.rateLimiterIntervalInMS)";
            return (AdminAnswer.Refused(Name, problem, 429), null);
        }

        var image = view.Core.TakeSnapshot();
        return (null, (image.Zxid, view.Store.SaveSnapshotAsync(image)));
    }

    bool IsDue(int interval)
    {
        lock (gate)
        {
            if (last is { } before && time.GetElapsedTime(before).TotalMilliseconds < interval)
            {
                return false;
            }

            last = time.GetTimestamp();
            return true;
        }
    }
}
