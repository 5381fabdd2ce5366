namespace Wire.Generator.Model;

/// <summary>Versions from <paramref name="Low"/> to <paramref name="High"/>, both included; empty when Low is above High.</summary>
readonly record struct VersionRange(short Low, short High)
{
    // so far apart that every intersection with it is empty as well
    public static readonly VersionRange None = new(short.MaxValue, -1);

    public static readonly VersionRange All = new(0, short.MaxValue);

    public bool IsEmpty => Low > High;

    // the empty range is in every other: what is in no version contradicts none
    public bool Contains(VersionRange other) => other.IsEmpty || (Low <= other.Low && High >= other.High);

    public bool Contains(int version) => version >= Low && version <= High;

    public VersionRange Intersect(VersionRange other) => new(Math.Max(Low, other.Low), Math.Min(High, other.High));

    /// <summary>The smallest range that holds both.</summary>
    public VersionRange Hull(VersionRange other) =>
        IsEmpty ? other : other.IsEmpty ? this : new(Math.Min(Low, other.Low), Math.Max(High, other.High));

    public override string ToString() => IsEmpty ? "none" : Low == High ? $"{Low}" : High == short.MaxValue ? $"{Low}+" : $"{Low}-{High}";
}
