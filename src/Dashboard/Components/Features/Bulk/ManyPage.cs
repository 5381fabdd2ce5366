using System.Collections.Immutable;
using Dashboard.Components.Foundation.Live;
using Dashboard.Monitoring.Model;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Bulk;

/// <summary>A page about several topics, which stand in its address.</summary>
public abstract class ManyPage : ClusterPage
{
    /// <summary>So many in one go; more are said to be left out.</summary>
    const int Most = 100;

    [SupplyParameterFromQuery(Name = "topic")]
    public string[]? Topics { get; set; }

    protected ImmutableArray<string> Names => [.. (Topics ?? []).Where(name => name.Length > 0).Distinct().Take(Most)];

    protected int All => (Topics ?? []).Distinct().Count();

    protected override object?[] Sections(ClusterSnapshot snapshot) => [];
}
