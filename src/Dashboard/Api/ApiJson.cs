using System.Text.Json;
using System.Text.Json.Serialization;
using Dashboard.Clusters;
using Dashboard.Messages.Jobs;
using Dashboard.Saved;

namespace Dashboard.Api;

/// <summary>
/// What the REST interface reads and answers, described when the project is built: every address asks for the description of its bodies at
/// the start. A type that is missing here is described by reflection at its first use. Names and enums are written as
/// <see cref="ApiServices"/> says.
/// </summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(IEnumerable<ClusterItem>))]
[JsonSerializable(typeof(Envelope<ClusterSummary>))]
[JsonSerializable(typeof(Envelope<IEnumerable<BrokerBody>>))]
[JsonSerializable(typeof(Envelope<IEnumerable<TopicBody>>))]
[JsonSerializable(typeof(Envelope<IEnumerable<GroupBody>>))]
[JsonSerializable(typeof(Envelope<IEnumerable<ServerBody>>))]
[JsonSerializable(typeof(Envelope<QuorumBody>))]
[JsonSerializable(typeof(Envelope<MetadataBody>))]
[JsonSerializable(typeof(Envelope<IEnumerable<DifferenceBody>>))]
[JsonSerializable(typeof(Envelope<IEnumerable<SessionBody>>))]
[JsonSerializable(typeof(Envelope<IEnumerable<ReassignmentBody>>))]
[JsonSerializable(typeof(Envelope<IEnumerable<NodeBody>>))]
[JsonSerializable(typeof(Envelope<TopicBody>))]
[JsonSerializable(typeof(Envelope<GroupBody>))]
[JsonSerializable(typeof(Envelope<NodeBody>))]
[JsonSerializable(typeof(Envelope<ZnodeBody>))]
[JsonSerializable(typeof(CreateTopicBody))]
[JsonSerializable(typeof(ElectionBody))]
[JsonSerializable(typeof(ReassignBody))]
[JsonSerializable(typeof(ResetOffsetsBody))]
[JsonSerializable(typeof(AddNodeBody))]
[JsonSerializable(typeof(EngineBody))]
[JsonSerializable(typeof(HostedEngineBody))]
[JsonSerializable(typeof(AlterConfigsBody))]
[JsonSerializable(typeof(AddPartitionsBody))]
[JsonSerializable(typeof(PurgeBody))]
[JsonSerializable(typeof(FilterBody))]
[JsonSerializable(typeof(SavedFilter))]
[JsonSerializable(typeof(IEnumerable<SavedFilter>))]
[JsonSerializable(typeof(ClusterBody))]
[JsonSerializable(typeof(CatalogPlan))]
[JsonSerializable(typeof(ProduceBody))]
[JsonSerializable(typeof(ProducePlan))]
[JsonSerializable(typeof(ProducedBody))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(JobPlan))]
[JsonSerializable(typeof(JobBody))]
[JsonSerializable(typeof(IEnumerable<JobBody>))]
[JsonSerializable(typeof(StartedJobBody))]
[JsonSerializable(typeof(JobChangePlan))]
[JsonSerializable(typeof(UploadedBody))]
[JsonSerializable(typeof(ConnectionTestBody))]
sealed partial class ApiJson : JsonSerializerContext;
