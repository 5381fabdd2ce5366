using System.Globalization;
using Dashboard.Clusters;
using k8s;
using k8s.Models;
using Testing;

namespace Dashboard.Tests.Deployment;

/// <summary>
/// docker/kubernetes.yaml: read as strictly as a server would, and its parts fit each other. No cluster is here to apply it to.
/// </summary>
public sealed class KubernetesTests
{
    readonly List<object> manifests = KubernetesYaml.LoadAllFromString(
        File.ReadAllText(Path.Combine(RunningDashboard.Root, "docker", "kubernetes.yaml")), strict: true);

    V1Deployment Deployment => One<V1Deployment>();

    V1Container Container => Assert.Single(Deployment.Spec.Template.Spec.Containers);

    T One<T>() => Assert.Single(manifests.OfType<T>());

    [Fact]
    public void All_lie_in_the_namespace_that_is_made_first()
    {
        var home = Assert.IsType<V1Namespace>(manifests[0]);
        Assert.All(manifests.Skip(1), m => Assert.Equal(home.Metadata.Name, ((IMetadata<V1ObjectMeta>)m).Metadata.NamespaceProperty));
    }

    /// <summary>What the namespace enforces: https://kubernetes.io/docs/concepts/security/pod-security-standards, "restricted".</summary>
    [Fact]
    public void The_pod_has_no_rights()
    {
        var pod = Deployment.Spec.Template.Spec;
        Assert.Equal("restricted", One<V1Namespace>().Metadata.Labels["pod-security.kubernetes.io/enforce"]);
        Assert.True(pod.SecurityContext.RunAsNonRoot);
        Assert.Equal("RuntimeDefault", pod.SecurityContext.SeccompProfile.Type);
        Assert.False(pod.AutomountServiceAccountToken);
        Assert.True(Container.SecurityContext.ReadOnlyRootFilesystem);
        Assert.False(Container.SecurityContext.AllowPrivilegeEscalation);
        Assert.Equal(["ALL"], Container.SecurityContext.Capabilities.Drop);
        Assert.NotNull(Container.Resources.Limits["memory"]);
    }

    [Fact]
    public void Requests_of_the_ingress_find_the_container_and_its_base_path()
    {
        var labels = Deployment.Spec.Template.Metadata.Labels;
        var path = Assert.Single(Assert.Single(One<V1Ingress>().Spec.Rules).Http.Paths);
        var service = One<V1Service>();
        var port = Assert.Single(service.Spec.Ports);
        Assert.Equal(Environment("CASTELLAN_BASEPATH"), path.Path);
        Assert.Equal((service.Metadata.Name, port.Name), (path.Backend.Service.Name, path.Backend.Service.Port.Name));
        Assert.Equal(port.TargetPort.Value, Assert.Single(Container.Ports).Name);
        Assert.All(service.Spec.Selector, label => Assert.Equal(label.Value, labels[label.Key]));
        Assert.All(Deployment.Spec.Selector.MatchLabels, label => Assert.Equal(label.Value, labels[label.Key]));
        Assert.All(One<V1NetworkPolicy>().Spec.PodSelector.MatchLabels, label => Assert.Equal(label.Value, labels[label.Key]));
        Assert.Equal(One<V1Ingress>().Spec.Rules[0].Host, Environment("CASTELLAN_SIGNIN__HOSTS__0"));
    }

    [Fact]
    public void Probes_ask_below_the_base_path_by_a_name_that_is_served()
    {
        foreach (var probe in (V1Probe[])[Container.StartupProbe, Container.LivenessProbe, Container.ReadinessProbe])
        {
            Assert.Equal(Environment("CASTELLAN_BASEPATH") + "/healthz", probe.HttpGet.Path);
            Assert.Equal("localhost", Assert.Single(probe.HttpGet.HttpHeaders, h => h.Name == "Host").Value);
        }
    }

    /// <summary>The usual ports of what a definition and sign-in may name; README.md has an example of each.</summary>
    [Theory]
    [InlineData(9092)]
    [InlineData(9093)]
    [InlineData(2181)]
    [InlineData(8080)] // AdminServer
    [InlineData(8081)] // schema registry
    [InlineData(8083)] // Kafka Connect
    [InlineData(443)]
    [InlineData(389)] // LDAP with StartTls
    [InlineData(636)]
    public void What_a_definition_names_may_be_asked(int port)
    {
        var open = One<V1NetworkPolicy>().Spec.Egress.Where(rule => rule.To is null).SelectMany(rule => rule.Ports);
        Assert.Contains(
            open,
            o => int.Parse(o.Port.Value, CultureInfo.InvariantCulture) is var first && first <= port && port <= (o.EndPort ?? first));
    }

    [Fact]
    public void Every_volume_is_mounted_and_every_mount_has_its_volume()
    {
        var volumes = Deployment.Spec.Template.Spec.Volumes;
        Assert.Equal(volumes.Select(v => v.Name).Order(), Container.VolumeMounts.Select(m => m.Name).Order());
        Assert.Equal(One<V1ConfigMap>().Metadata.Name, Assert.Single(volumes, v => v.ConfigMap is not null).ConfigMap.Name);
        Assert.Equal(
            One<V1PersistentVolumeClaim>().Metadata.Name,
            Assert.Single(volumes, v => v.PersistentVolumeClaim is not null).PersistentVolumeClaim.ClaimName);
    }

    [Fact]
    public void Its_settings_and_its_clusters_are_read()
    {
        Assert.All(Container.Env, variable => DeploymentSettings.AssertKnown(variable.Name));
        using var directory = new TempDirectory();
        var mount = Assert.Single(Container.VolumeMounts, m => m.Name == "clusters").MountPath;
        var file = Environment("CASTELLAN_CLUSTERSFILE");
        Assert.Equal(mount, Path.GetDirectoryName(file));
        File.WriteAllText(directory["clusters.yaml"], One<V1ConfigMap>().Data[Path.GetFileName(file)]);
        var clusters = ClustersYaml.Read(directory["clusters.yaml"]).Clusters;
        Assert.Empty(clusters.Problems);
        Assert.NotEmpty(clusters.Clusters);
    }

    string Environment(string name) => Assert.Single(Container.Env, variable => variable.Name == name).Value;
}
