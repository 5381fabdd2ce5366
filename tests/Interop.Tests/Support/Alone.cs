namespace Interop.Tests.Support;

/// <summary>Tests that start many processes run one after the other, when the rest is done.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
