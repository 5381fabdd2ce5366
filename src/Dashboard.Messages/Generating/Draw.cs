using Bogus;

namespace Dashboard.Messages.Generating;

/// <summary>What one record is made of. All but the time follows from the seed and its number, so that it can be made again.</summary>
/// <param name="seed">Of the job.</param>
public sealed class Draw(long seed)
{
    /// <summary>Knows English alone; not thread safe.</summary>
    public Faker Faker { get; } = new("en");

    /// <summary>From 0 on.</summary>
    public long Number { get; private set; }

    public DateTimeOffset Now { get; private set; }

    public void Next(long number, DateTimeOffset now)
    {
        (Number, Now) = (number, now);
        Faker.Random = new Randomizer(Mixed((ulong)seed ^ ((ulong)number * 0x9E3779B97F4A7C15)));
    }

    /// <summary>Seeds that follow each other begin alike otherwise (the finalizer of splitmix64).</summary>
    static int Mixed(ulong bits)
    {
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return (int)(bits ^ (bits >> 31));
    }
}
