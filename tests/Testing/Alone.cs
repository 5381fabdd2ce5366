
namespace Testing;

/// <summary>
/// Tests that start many processes, or read the whole process's memory: they run one after the other, when the rest is done.
/// xunit looks for collections in the tests' own assembly only, so eng/Tests.targets compiles this file into each.
/// </summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class Alone;
