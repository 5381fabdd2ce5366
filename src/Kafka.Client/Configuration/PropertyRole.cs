using Wire;

namespace Kafka.Client.Configuration;

/// <summary>What becomes of a property.</summary>
enum PropertyRole
{
    /// <summary>It does what it does with Apache's clients.</summary>
    Honoured,

    /// <summary>It is for what this client does not do, as producing, or for how Apache's is made: nothing to say.</summary>
    NoEffect,

    /// <summary>It does nothing here, and the one who set it may think that it does.</summary>
    Warned,

    /// <summary>Without it nothing would work as it is meant: an error that says what to use instead.</summary>
    Refused,
}

/// <param name="Words">For <see cref="PropertyRole.Warned"/> and <see cref="PropertyRole.Refused"/>: why, and what to use instead.</param>
readonly record struct KnownProperty(PropertyRole Role, CodedText? Words = null);
