namespace Dashboard.Components.Foundation.Live;

/// <summary>A page about all clusters: it stands outside of any one of them.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class AllClustersAttribute : Attribute;
