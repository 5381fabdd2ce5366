using System.Collections.Immutable;
using System.Globalization;
using Dashboard.Nodes.Apache;
using Dashboard.Nodes.Engines;
using Dashboard.Nodes.Files;
using Wire;

namespace Dashboard.Nodes.Exchanges;

/// <summary>What there is before an exchange.</summary>
/// <param name="Root">The data directory of the process.</param>
/// <param name="Options">Of the nodes that run.</param>
/// <param name="Ports">On which they listen.</param>
/// <param name="Launch">See <see cref="ApacheOptions.Launch"/>.</param>
/// <param name="Memory">What this machine lets its programs have, in bytes.</param>
sealed record ExchangeGround(
    string Root, HostingOptions Options, EngineChoice Now, ImmutableArray<HostedNode> Nodes, IReadOnlySet<int> Ports,
    IReadOnlyList<string> Launch, long Memory);

/// <summary>
/// Looks at what an engine needs, part by part, so that a form can say at each field what is wrong with it. Nothing is written or started
/// but <c>java -version</c>.
/// </summary>
sealed class EnginePlanner(ExchangeGround ground, Func<string, string?> variable)
{
    readonly List<EngineCheck> checks = [];
    string? whyNot;
    CodedText? told;

    public EnginePlan Plan(EngineChoice asked)
    {
        var choice = asked.Plain();
        var options = Try(() => ChosenHosting.Of(choice, ground.Options, ground.Root, ground.Launch));
        var directory = options?.DataDirectory ?? ground.Root;
        Refuse(NumbersProblem(choice));
        // also after a fault: a form is to show all faults at once
        var engine = choice.Engine == EngineKind.Embedded ? EmbeddedEngine.Instance : Apache(choice, options);
        if (IsNow(choice, directory))
        {
            Refuse(CodedText.Of("RunsAlready", $"That is what runs here already."));
        }

        var drafts = engine is null || options is null || whyNot is not null ? null
            : Try<IReadOnlyList<NodeDraft>>(() => ClusterFiles.Draft(options, engine, ground.Ports));
        if (drafts is not null)
        {
            var ports = drafts.SelectMany(n => n.Ports).Order().Select(port => port.ToString(CultureInfo.InvariantCulture));
            checks.Add(new EngineCheck(EnginePart.Ports, string.Join(", ", ports), null));
        }

        if (drafts is not null && choice.Engine == EngineKind.Apache)
        {
            LookAtMemory(choice, drafts);
        }

        return new EnginePlan(
            choice, engine?.Description.Title, [.. checks], directory, HasData(directory),
            [.. (drafts ?? []).Select(n => new PlannedNode(n.Name, n.Kind, n.Ports))], ground.Options.DataDirectory,
            [.. ground.Nodes.Select(n => n.Name)], whyNot)
        {
            Told = told,
            Memory = ground.Memory,
        };
    }

    INodeEngine? Apache(EngineChoice choice, HostingOptions? options)
    {
        var kafka = Look(EnginePart.KafkaHome, () => Distribution.Kafka(Whole("--kafka-home", choice.KafkaHome)));
        var zooKeeper = choice.Mode == HostedMode.KRaft ? null
            : choice.ZooKeeperHome is { } home
                ? Look(EnginePart.ZooKeeperHome, () => Distribution.ZooKeeper(Whole("--zookeeper-home", home)))
            : kafka is null ? null
            : Look(EnginePart.ZooKeeperHome, () => kafka.ZooKeeperWithin ?? throw new HostingException(CodedText.Of(
                "NoZooKeeperWithin", $"{kafka} brings no ZooKeeper: give the directory into which one was unpacked.")));
        if (kafka is not null)
        {
            var needs = Math.Max(kafka.NeedsJava, zooKeeper?.NeedsJava ?? 0);
            Look(EnginePart.Java, () => JavaInstallation.Find(needs, kafka.ToString(), variable));
        }

        LookAtHeap(EnginePart.KafkaHeap, "kafkaHeap", choice.KafkaHeap);
        if (choice.Mode == HostedMode.ZooKeeper)
        {
            LookAtHeap(EnginePart.ZooKeeperHeap, "zooKeeperHeap", choice.ZooKeeperHeap);
        }

        return whyNot is null && options is not null
            ? Try(() => ApacheEngine.Open(options.Apache!, KeptEngine.Load(options.DataDirectory)?.Mode, variable))
            : null;
    }

    void LookAtHeap(EnginePart part, string name, string heap) => Look(part, () =>
        ApacheOptions.HeapProblem(name, heap) is { } problem ? throw new HostingException(problem) : heap);

    void LookAtMemory(EngineChoice choice, IReadOnlyList<NodeDraft> drafts)
    {
        var coordinators = drafts.Count(n => n.Kind == NodeKind.Coordinator);
        var heaps = HeapSum.Of(choice.KafkaHeap, choice.ZooKeeperHeap, coordinators, drafts.Count - coordinators, ground.Memory);
        Refuse(heaps.Problem);
        checks.Add(new EngineCheck(EnginePart.Memory, heaps.Fits ? heaps.Found.English : null, heaps.Problem?.English)
        {
            Told = heaps.Problem ?? heaps.Found,
        });
    }

    T? Look<T>(EnginePart part, Func<T> find)
        where T : class
    {
        try
        {
            var found = find();
            checks.Add(new EngineCheck(part, found.ToString(), null));
            return found;
        }
        catch (Exception e) when (e is HostingException or IOException or UnauthorizedAccessException)
        {
            Refuse(e);
            checks.Add(new EngineCheck(part, null, AtItsField(e.Message)) { Told = (e as HostingException)?.Told });
            return null;
        }
    }

    /// <summary>Without the option and its value, which stand there.</summary>
    static string AtItsField(string message) =>
        message.StartsWith("--", StringComparison.Ordinal) && message.IndexOf(": ", StringComparison.Ordinal) is > 0 and var colon
            ? char.ToUpperInvariant(message[colon + 2]) + message[(colon + 3)..]
            : message;

    /// <summary>What is wrong with the whole, and not with one part.</summary>
    T? Try<T>(Func<T> make)
        where T : class
    {
        try
        {
            return make();
        }
        catch (Exception e) when (e is HostingException or IOException or UnauthorizedAccessException)
        {
            Refuse(e);
            return null;
        }
    }

    /// <summary>The first reason is the one that is given.</summary>
    void Refuse(CodedText? reason)
    {
        if (whyNot is null && reason is not null)
        {
            (whyNot, told) = (reason.English, reason);
        }
    }

    void Refuse(Exception failure)
    {
        if (whyNot is null)
        {
            (whyNot, told) = (failure.Message, (failure as HostingException)?.Told);
        }
    }

    /// <summary>Kept for the next start, which may be elsewhere.</summary>
    static string Whole(string option, string? home) =>
        home is null
            ? throw new HostingException(CodedText.Of("NameDirectory", $"{option}: name the directory into which it was unpacked."))
        : Path.IsPathFullyQualified(home) ? home
        : throw new HostingException(CodedText.Of("WholePath", $"{option} {home}: give the whole path, from the root on."));

    static CodedText? NumbersProblem(EngineChoice choice) =>
        choice.Brokers is < 1 or > HostingOptions.MostBrokers
            ? CodedText.Of("BrokersOf", $"{choice.Brokers} brokers: 1 to {HostingOptions.MostBrokers} can be hosted.")
        : choice.Mode == HostedMode.ZooKeeper && choice.Coordinators is < 1 or > HostingOptions.MostCoordinators
            ? CodedText.Of("CoordinatorsOf", $"{choice.Coordinators} coordinators: 1 to {HostingOptions.MostCoordinators} can be hosted.")
        : choice.Mode == HostedMode.KRaft && choice.Controllers is < 1 or > ApacheOptions.MostControllers
            ? CodedText.Of("ControllersOf", $"{choice.Controllers} controllers: 1 to {ApacheOptions.MostControllers} can be hosted.")
        : null;

    /// <summary>Another release with the same data is another engine.</summary>
    bool IsNow(EngineChoice choice, string directory)
    {
        var now = ground.Now.Plain();
        return directory == ground.Options.DataDirectory
            && (choice.Engine, choice.Mode, choice.KafkaHome, choice.ZooKeeperHome, choice.KafkaHeap, choice.ZooKeeperHeap)
                == (now.Engine, now.Mode, now.KafkaHome, now.ZooKeeperHome, now.KafkaHeap, now.ZooKeeperHeap);
    }

    bool HasData(string directory) => Try(() => KeptEngine.Load(directory)!) is not null;
}
