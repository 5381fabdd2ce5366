using Wire.Generator.Tests.Messages;

namespace Wire.Generator.Tests;

static class Samples
{
    /// <summary>A request with every field set that the version can carry, and those set that it may drop.</summary>
    public static EverythingRequest Full(short version)
    {
        var full = new EverythingRequest
        {
            Flag = false,
            Tiny = 1,
            Small = -2,
            Port = 65535,
            Number = 4,
            Unsigned = uint.MaxValue,
            Big = long.MinValue,
            Real = -0.25,
            Id = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"),
            Text = "text ß 读",
            MaybeText = version >= 1 ? null : "",
            NoText = version >= 1 ? "present" : null,
            Blob = new byte[] { 1, 2 },
            MaybeBlob = version >= 2 ? null : new byte[] { 3 },
            Batch = new byte[] { 4, 5, 6 },
            Numbers = [1, 2, 3],
            Texts = ["a", ""],
            Ids = [Guid.Parse("ffeeddcc-bbaa-9988-7766-554433221100")],
            Blobs = [new byte[] { 7 }, ReadOnlyMemory<byte>.Empty],
            Single = Inner("single"),
            Many = [Inner("one"), Inner("two")],
            MaybeMany = version >= 1 ? [Inner("three")] : [],
            Gone = version <= 2 ? 10 : 3,
            Middle = 11,
            Only = 12,
            Moved = "moved",
        };
        if (version >= 3)
        {
            full.LateNumbers = [];
            full.LateInner = Inner("late");
            full.LateId = full.Id;
        }

        if (version >= 4)
        {
            full.LateFlag = true;
            full.Maybe = Inner("maybe");
        }

        full.MaybeLate = version >= 5 ? Inner("maybe late") : null;
        return full;
    }

    static EverythingRequest.Inner Inner(string name) => new() { Name = name, Deep = [new() { Value = 5 }, new()] };
}
