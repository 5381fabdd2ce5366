// Each of these programs looks for free ports for its nodes when it starts: two that start at the same moment may choose the same.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
