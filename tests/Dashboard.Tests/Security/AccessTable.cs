namespace Dashboard.Tests.Security;

/// <summary>
/// What each may at every address: method and pattern, an address that fits it, what is sent, and the status for nobody, a viewer, an
/// operator, an administrator, and an operator's token that was made for an administrator. What would change something is asked as a dry
/// run: it takes the same. The two clusters do not answer; what takes an answer of theirs is 503 or 422 where it is allowed.
/// </summary>
static class AccessTable
{
    const string C = "/api/clusters/prod-eu";
    const string One = "/api/clusters/{cluster}/connect/{connect}/connectors/{connector}";

    public static readonly IReadOnlyList<Row> Rows =
    [
        new("GET /api/clusters/", "/api/clusters", null, 401, 200, 200, 200, 200),
        new("POST /api/clusters/", "/api/clusters?dryRun=true", """{"id":"new","kafka":"b:1"}""", 401, 403, 403, 200, 403),
        new("POST /api/clusters/test", "/api/clusters/test", """{"zookeeper":"127.0.0.1:1"}""", 401, 403, 403, 200, 403),
        new("GET /api/clusters/{cluster}/", C, null, 401, 200, 200, 200, 200),
        new("PUT /api/clusters/{cluster}", $"{C}?dryRun=true", """{"kafka":"b:1"}""", 401, 403, 403, 409, 403),
        new("DELETE /api/clusters/{cluster}", $"{C}?dryRun=true", null, 401, 403, 403, 409, 403),
        new("GET /api/clusters/{cluster}/brokers", $"{C}/brokers", null, 401, 200, 200, 200, 200),
        new("GET /api/clusters/{cluster}/topics", $"{C}/topics", null, 401, 200, 200, 200, 200),
        new("POST /api/clusters/{cluster}/topics", $"{C}/topics?dryRun=true", """{"name":"new"}""", 401, 403, 200, 200, 200),
        new("GET /api/clusters/{cluster}/topics.csv", $"{C}/topics.csv", null, 401, 503, 503, 503, 503),
        new("GET /api/clusters/{cluster}/topics/{topic}", $"{C}/topics/orders", null, 401, 200, 200, 200, 200),
        new("DELETE /api/clusters/{cluster}/topics/{topic}", $"{C}/topics/orders?dryRun=true", null, 401, 403, 403, 200, 403),
        new(
            "PATCH /api/clusters/{cluster}/topics/{topic}/configs", $"{C}/topics/orders/configs?dryRun=true",
            """{"set":{"retention.ms":"1 d"}}""", 401, 403, 200, 200, 200),
        new(
            "POST /api/clusters/{cluster}/topics/{topic}/partitions", $"{C}/topics/orders/partitions?dryRun=true", """{"count":9}""",
            401, 403, 200, 200, 200),
        new(
            "POST /api/clusters/{cluster}/topics/{topic}/purge", $"{C}/topics/orders/purge?dryRun=true", """{"before":"end"}""",
            401, 403, 200, 200, 200),
        new(
            "POST /api/clusters/{cluster}/topics/{topic}/recreate", $"{C}/topics/orders/recreate?dryRun=true", null,
            401, 403, 403, 200, 403),
        new(
            "GET /api/clusters/{cluster}/topics/{topic}/partitions/{partition:int}/records/{offset:long}/{part:regex(^(key|value)$)}",
            $"{C}/topics/orders/partitions/0/records/0/value", null, 401, 403, 503, 503, 503),
        new("GET /api/clusters/{cluster}/topics/{topic}/messages", $"{C}/topics/orders/messages", null, 401, 403, 503, 503, 503),
        new(
            "POST /api/clusters/{cluster}/topics/{topic}/messages", $"{C}/topics/orders/messages?dryRun=true", """{"value":"a"}""",
            401, 403, 200, 200, 200),
        // a viewer may not; of the others the file is kept a day
        new("PUT /api/clusters/{cluster}/topics/{topic}/uploads", $"{C}/topics/orders/uploads", "1", 401, 403, 201, 201, 201),
        new(
            "POST /api/clusters/{cluster}/jobs", $"{C}/jobs?dryRun=true",
            """{"kind":"copy","topic":"orders","target":{"topic":"other"}}""", 401, 403, 503, 503, 503),
        new("GET /api/clusters/{cluster}/jobs", $"{C}/jobs", null, 401, 200, 200, 200, 200),
        new("GET /api/clusters/{cluster}/jobs/{id}", $"{C}/jobs/none", null, 401, 404, 404, 404, 404),
        new("DELETE /api/clusters/{cluster}/jobs/{id}", $"{C}/jobs/none?dryRun=true", null, 401, 404, 404, 404, 404),
        new("POST /api/clusters/{cluster}/jobs/{id}/continue", $"{C}/jobs/none/continue?dryRun=true", null, 401, 404, 404, 404, 404),
        new("GET /api/clusters/{cluster}/filters/", $"{C}/filters", null, 401, 403, 200, 200, 200),
        new("GET /api/clusters/{cluster}/filters/{name}", $"{C}/filters/none", null, 401, 403, 404, 404, 404),
        new(
            "PUT /api/clusters/{cluster}/filters/{name}", $"{C}/filters/paid", """{"topic":"orders","filter":"text:paid"}""",
            401, 403, 200, 200, 200),
        new("DELETE /api/clusters/{cluster}/filters/{name}", $"{C}/filters/none", null, 401, 403, 404, 404, 404),
        new("GET /api/clusters/{cluster}/groups", $"{C}/groups", null, 401, 200, 200, 200, 200),
        new("GET /api/clusters/{cluster}/groups/{**group}", $"{C}/groups/billing", null, 401, 200, 200, 200, 200),
        new("GET /api/clusters/{cluster}/group", $"{C}/group?id=billing", null, 401, 200, 200, 200, 200),
        new(
            "POST /api/clusters/{cluster}/groups/{group}/offsets", $"{C}/groups/billing/offsets?dryRun=true", """{"to":"latest"}""",
            401, 403, 503, 503, 503),
        new("DELETE /api/clusters/{cluster}/groups/{group}", $"{C}/groups/billing?dryRun=true", null, 401, 403, 200, 200, 200),
        new(
            "DELETE /api/clusters/{cluster}/groups/{group}/offsets/{topic}", $"{C}/groups/billing/offsets/orders?dryRun=true", null,
            401, 403, 200, 200, 200),
        new(
            "DELETE /api/clusters/{cluster}/groups/{group}/members/{member}", $"{C}/groups/billing/members/m-1?dryRun=true", null,
            401, 403, 200, 200, 200),
        new(
            "POST /api/clusters/{cluster}/group/offsets", $"{C}/group/offsets?id=billing&dryRun=true", """{"to":"latest"}""",
            401, 403, 503, 503, 503),
        new("DELETE /api/clusters/{cluster}/group", $"{C}/group?id=billing&dryRun=true", null, 401, 403, 200, 200, 200),
        new(
            "DELETE /api/clusters/{cluster}/group/offsets/{topic}", $"{C}/group/offsets/orders?id=billing&dryRun=true", null,
            401, 403, 200, 200, 200),
        new(
            "DELETE /api/clusters/{cluster}/group/members/{member}", $"{C}/group/members/m-1?id=billing&dryRun=true", null,
            401, 403, 200, 200, 200),
        new("GET /api/clusters/{cluster}/schemas", $"{C}/schemas", null, 401, 404, 404, 404, 404),
        new("GET /api/clusters/{cluster}/schemas/{subject}", $"{C}/schemas/orders-value", null, 401, 404, 404, 404, 404),
        new(
            "GET /api/clusters/{cluster}/schemas/{subject}/versions/{version:int}", $"{C}/schemas/orders-value/versions/1", null,
            401, 404, 404, 404, 404),
        new(
            "GET /api/clusters/{cluster}/schemas/{subject}/versions/{version:int}/usage", $"{C}/schemas/orders-value/versions/1/usage",
            null, 401, 404, 404, 404, 404),
        new(
            "POST /api/clusters/{cluster}/schemas/{subject}/versions", $"{C}/schemas/orders-value/versions?dryRun=true",
            """{"schema":"{}"}""", 401, 403, 200, 200, 200),
        new(
            "PUT /api/clusters/{cluster}/schemas/{subject}/compatibility", $"{C}/schemas/orders-value/compatibility?dryRun=true",
            """{"level":"FULL"}""", 401, 403, 200, 200, 200),
        new(
            "DELETE /api/clusters/{cluster}/schemas/{subject}/compatibility", $"{C}/schemas/orders-value/compatibility?dryRun=true", null,
            401, 403, 200, 200, 200),
        new(
            "PUT /api/clusters/{cluster}/schema-compatibility", $"{C}/schema-compatibility?dryRun=true", """{"level":"FULL"}""",
            401, 403, 200, 200, 200),
        new(
            "DELETE /api/clusters/{cluster}/schemas/{subject}", $"{C}/schemas/orders-value?dryRun=true", null, 401, 403, 403, 200, 403),
        new(
            "DELETE /api/clusters/{cluster}/schemas/{subject}/versions/{version:int}", $"{C}/schemas/orders-value/versions/1?dryRun=true",
            null, 401, 403, 403, 200, 403),
        new("GET /api/clusters/{cluster}/connect", $"{C}/connect", null, 401, 200, 200, 200, 200),
        new("GET /api/clusters/{cluster}/connect/{connect}/plugins", $"{C}/connect/main/plugins", null, 401, 404, 404, 404, 404),
        new($"GET {One}", $"{C}/connect/main/connectors/c", null, 401, 404, 404, 404, 404),
        new($"GET {One}/topics", $"{C}/connect/main/connectors/c/topics", null, 401, 404, 404, 404, 404),
        new($"GET {One}/offsets", $"{C}/connect/main/connectors/c/offsets", null, 401, 404, 404, 404, 404),
        new($"POST {One}", $"{C}/connect/main/connectors/c?dryRun=true", """{"config":{}}""", 401, 403, 200, 200, 200),
        new($"PUT {One}/config", $"{C}/connect/main/connectors/c/config?dryRun=true", """{"config":{}}""", 401, 403, 200, 200, 200),
        new(
            "POST " + One + "/{verb:regex(^(pause|resume|stop|restart|restart-failed)$)}",
            $"{C}/connect/main/connectors/c/pause?dryRun=true", null,
            401, 403, 200, 200, 200),
        new($"DELETE {One}", $"{C}/connect/main/connectors/c?dryRun=true", null, 401, 403, 403, 200, 403),
        new(
            $"PATCH {One}/offsets", $"{C}/connect/main/connectors/c/offsets?dryRun=true",
            """{"offsets":[{"partition":{},"offset":null}]}""",
            401, 403, 200, 200, 200),
        new($"DELETE {One}/offsets", $"{C}/connect/main/connectors/c/offsets?dryRun=true", null, 401, 403, 200, 200, 200),
        new("GET /api/clusters/{cluster}/ensemble", $"{C}/ensemble", null, 401, 200, 200, 200, 200),
        new("GET /api/clusters/{cluster}/sessions", $"{C}/sessions", null, 401, 200, 200, 200, 200),
        new("GET /api/clusters/{cluster}/client", $"{C}/client", null, 401, 200, 200, 200, 200),
        new("GET /api/clusters/{cluster}/metadata", $"{C}/metadata?path=/", null, 401, 200, 200, 200, 200),
        new("GET /api/clusters/{cluster}/metadata-check", $"{C}/metadata-check", null, 401, 200, 200, 200, 200),
        new("GET /api/clusters/{cluster}/quorum", $"{C}/quorum", null, 401, 200, 200, 200, 200),
        new("GET /api/clusters/{cluster}/reassignments", $"{C}/reassignments", null, 401, 200, 200, 200, 200),
        new(
            "POST /api/clusters/{cluster}/reassignments", $"{C}/reassignments?dryRun=true",
            """{"topic":"orders","partitions":{"0":[1]}}""", 401, 403, 200, 200, 200),
        new(
            "DELETE /api/clusters/{cluster}/reassignments/{topic}", $"{C}/reassignments/orders?dryRun=true", null,
            401, 403, 200, 200, 200),
        new("POST /api/clusters/{cluster}/elections", $"{C}/elections?dryRun=true", """{"type":"preferred"}""", 401, 403, 200, 200, 200),
        new("GET /api/clusters/{cluster}/nodes", $"{C}/nodes", null, 401, 404, 404, 404, 404),
        new("POST /api/clusters/{cluster}/nodes", $"{C}/nodes?dryRun=true", """{"kind":"broker"}""", 401, 403, 403, 404, 403),
        new("GET /api/clusters/{cluster}/nodes/{name}", $"{C}/nodes/kafka0", null, 401, 404, 404, 404, 404),
        new("DELETE /api/clusters/{cluster}/nodes/{name}", $"{C}/nodes/kafka0?dryRun=true", null, 401, 403, 403, 404, 403),
        new("POST /api/clusters/{cluster}/nodes/{name}/{action}", $"{C}/nodes/kafka0/kill?dryRun=true", null, 401, 403, 404, 404, 404),
        new("GET /api/clusters/{cluster}/engine", $"{C}/engine", null, 401, 403, 403, 404, 403),
        new("PUT /api/clusters/{cluster}/engine", $"{C}/engine?dryRun=true", """{"engine":"embedded"}""", 401, 403, 403, 404, 403),
        new("GET /api/clusters/{cluster}/znodes", $"{C}/znodes?path=/", null, 401, 200, 200, 200, 200),
        new("GET /api/accounts", "/api/accounts", null, 401, 403, 403, 200, 403),
        new("POST /api/accounts", "/api/accounts", """{"name":""}""", 401, 403, 403, 422, 403),
        new("PUT /api/accounts/{name}", "/api/accounts/nobody", """{"roles":["viewer"]}""", 401, 403, 403, 404, 403),
        new("DELETE /api/accounts/{name}", "/api/accounts/nobody", null, 401, 403, 403, 404, 403),
        new("GET /api/tokens", "/api/tokens", null, 401, 200, 200, 200, 200),
        new("POST /api/tokens", "/api/tokens", """{"name":"","days":1}""", 401, 422, 422, 422, 403),
        new("DELETE /api/tokens/{id}", "/api/tokens/none", null, 401, 404, 404, 404, 404),
        new("GET /api/sessions", "/api/sessions", null, 401, 200, 200, 200, 200),
        new("DELETE /api/sessions/{id}", "/api/sessions/none", null, 401, 404, 404, 404, 404),
        new("POST /sign-out", "/sign-out", null, 302, 302, 302, 302, 302),
        new("* /api/{**path}", "/api/nothing", null, 401, 404, 404, 404, 404),
        new("GET /openapi/{documentName}.json", "/openapi/v1.json", null, 401, 200, 200, 200, 200),
        new("GET /metrics", "/metrics", null, 401, 200, 200, 200, 200),
        new("GET /healthz", "/healthz", null, 200, 200, 200, 200, 200),
        new("GET /readyz", "/readyz", null, 200, 200, 200, 200, 200),
        new("GET /culture", "/culture?c=en", null, 302, 302, 302, 302, 302),
        new("GET /clock", "/clock?c=utc", null, 302, 302, 302, 302, 302),
        new("GET /welcomed", "/welcomed", null, 302, 302, 302, 302, 302),

        // pages: nobody is sent to sign in
        new("page /", "/", null, 302, 302, 302, 200, 302),
        new("page /clusters", "/clusters", null, 302, 200, 200, 200, 200),
        new("page /sign-in", "/sign-in", null, 200, 302, 302, 302, 302),
        new("page /sign-in/first", "/sign-in/first", null, 200, 200, 200, 200, 200),
        new("page /settings/accounts", "/settings/accounts", null, 302, 200, 200, 200, 200),
        new("page /settings/clusters", "/settings/clusters", null, 302, 403, 403, 200, 403),
        new("page /settings/add-cluster", "/settings/add-cluster", null, 302, 403, 403, 200, 403),
        new("page /settings/clusters/{Id}", "/settings/clusters/prod-eu", null, 302, 403, 403, 404, 403),
        new("page /clusters/{ClusterId}", "/clusters/prod-eu", null, 302, 200, 200, 200, 200),
        new("page /clusters/{ClusterId}/schemas", "/clusters/prod-eu/schemas", null, 302, 200, 200, 200, 200),
        new(
            "page /clusters/{ClusterId}/schemas/{*SubjectName}", "/clusters/prod-eu/schemas/orders-value", null, 302, 200, 200, 200, 200),
        new("page /clusters/{ClusterId}/new-schema", "/clusters/prod-eu/new-schema", null, 302, 200, 200, 200, 200),
        new("page /clusters/{ClusterId}/connect", "/clusters/prod-eu/connect", null, 302, 200, 200, 200, 200),
        new(
            "page /clusters/{ClusterId}/connect/{ConnectName}/{ConnectorName}", "/clusters/prod-eu/connect/main/c", null,
            302, 404, 404, 404, 404),
        new(
            "page /clusters/{ClusterId}/connect/{ConnectName}/{ConnectorName}/config", "/clusters/prod-eu/connect/main/c/config", null,
            302, 200, 200, 200, 200),
        new(
            "page /clusters/{ClusterId}/connect/{ConnectName}/{ConnectorName}/offsets", "/clusters/prod-eu/connect/main/c/offsets", null,
            302, 200, 200, 200, 200),
        new("page /clusters/{ClusterId}/new-connector", "/clusters/prod-eu/new-connector", null, 302, 200, 200, 200, 200),
        new("page /clusters/{ClusterId}/topics", "/clusters/prod-eu/topics", null, 302, 200, 200, 200, 200),
        new("page /clusters/{ClusterId}/topics/{Name}", "/clusters/prod-eu/topics/orders", null, 302, 200, 200, 200, 200),
        new(
            "page /clusters/{ClusterId}/topics/{Name}/partitions", "/clusters/prod-eu/topics/orders/partitions", null,
            302, 200, 200, 200, 200),
        new("page /clusters/{ClusterId}/topics/{Name}/configs", "/clusters/prod-eu/topics/orders/configs", null, 302, 200, 200, 200, 200),
        new("page /clusters/{ClusterId}/jobs", "/clusters/prod-eu/jobs", null, 302, 200, 200, 200, 200),
        new("page /clusters/{ClusterId}/jobs/{Id}", "/clusters/prod-eu/jobs/none", null, 302, 404, 404, 404, 404),
        new("page /clusters/{ClusterId}/topics/{Name}/redrive", "/clusters/prod-eu/topics/orders/redrive", null, 302, 403, 200, 200, 200),
        new("page /clusters/{ClusterId}/topics/{Name}/copy", "/clusters/prod-eu/topics/orders/copy", null, 302, 403, 200, 200, 200),
        new("page /clusters/{ClusterId}/topics/{Name}/purge", "/clusters/prod-eu/topics/orders/purge", null, 302, 200, 200, 200, 200),
        new("page /clusters/{ClusterId}/topics/{Name}/recreate", "/clusters/prod-eu/topics/orders/recreate", null, 302, 200, 200, 200, 200),
        new("page /clusters/{ClusterId}/purge-topics", "/clusters/prod-eu/purge-topics?topic=orders", null, 302, 200, 200, 200, 200),
        new("page /clusters/{ClusterId}/alter-topics", "/clusters/prod-eu/alter-topics?topic=orders", null, 302, 200, 200, 200, 200),
        new("page /clusters/{ClusterId}/delete-topics", "/clusters/prod-eu/delete-topics?topic=orders", null, 302, 200, 200, 200, 200),
        new("page /clusters/{ClusterId}/topics/{Name}/send", "/clusters/prod-eu/topics/orders/send", null, 302, 403, 200, 200, 200),
        new("page /clusters/{ClusterId}/topics/{Name}/generate", "/clusters/prod-eu/topics/orders/generate", null, 302, 403, 200, 200, 200),
        new("page /clusters/{ClusterId}/topics/{Name}/import", "/clusters/prod-eu/topics/orders/import", null, 302, 403, 200, 200, 200),
        new(
            "page /clusters/{ClusterId}/topics/{Name}/statistics", "/clusters/prod-eu/topics/orders/statistics", null,
            302, 403, 200, 200, 200),
        new(
            "page /clusters/{ClusterId}/topics/{Name}/messages", "/clusters/prod-eu/topics/orders/messages", null,
            302, 200, 200, 200, 200),
        new("page /clusters/{ClusterId}/new-topic", "/clusters/prod-eu/new-topic", null, 302, 200, 200, 200, 200),
        new("page /clusters/{ClusterId}/brokers", "/clusters/prod-eu/brokers", null, 302, 200, 200, 200, 200),
        new("page /clusters/{ClusterId}/brokers/{Id:int}", "/clusters/prod-eu/brokers/1", null, 302, 200, 200, 200, 200),
        new("page /clusters/{ClusterId}/groups", "/clusters/prod-eu/groups", null, 302, 200, 200, 200, 200),
        new("page /clusters/{ClusterId}/groups/{*GroupId}", "/clusters/prod-eu/groups/billing", null, 302, 200, 200, 200, 200),
        new("page /clusters/{ClusterId}/group", "/clusters/prod-eu/group?id=billing", null, 302, 200, 200, 200, 200),
        new("page /clusters/{ClusterId}/reset-offsets", "/clusters/prod-eu/reset-offsets?group=billing", null, 302, 200, 200, 200, 200),
        new("page /clusters/{ClusterId}/znodes", "/clusters/prod-eu/znodes", null, 302, 200, 200, 200, 200),
        new("page /clusters/{ClusterId}/ensemble", "/clusters/prod-eu/ensemble", null, 302, 200, 200, 200, 200),
        new("page /clusters/{ClusterId}/sessions", "/clusters/prod-eu/sessions", null, 302, 200, 200, 200, 200),
        new("page /clusters/{ClusterId}/quorum", "/clusters/prod-eu/quorum", null, 302, 200, 200, 200, 200),
        new("page /clusters/{ClusterId}/metadata", "/clusters/prod-eu/metadata", null, 302, 200, 200, 200, 200),
        new("page /clusters/{ClusterId}/metadata-check", "/clusters/prod-eu/metadata-check", null, 302, 200, 200, 200, 200),
        new("page /clusters/{ClusterId}/reassignments", "/clusters/prod-eu/reassignments", null, 302, 200, 200, 200, 200),
        new("page /clusters/{ClusterId}/reassignments/new", "/clusters/prod-eu/reassignments/new", null, 302, 200, 200, 200, 200),
        new("page /clusters/{ClusterId}/elections", "/clusters/prod-eu/elections", null, 302, 200, 200, 200, 200),
        new("page /clusters/{ClusterId}/events", "/clusters/prod-eu/events", null, 302, 200, 200, 200, 200),
        new("page /clusters/{ClusterId}/audit", "/clusters/prod-eu/audit", null, 302, 403, 403, 200, 403),
        new("page /clusters/{ClusterId}/nodes/engine", "/clusters/prod-eu/nodes/engine", null, 302, 403, 403, 404, 403),
        new("page /clusters/{ClusterId}/nodes", "/clusters/prod-eu/nodes", null, 302, 404, 404, 404, 404),
        new("page /clusters/{ClusterId}/walkthrough", "/clusters/prod-eu/walkthrough", null, 302, 404, 404, 404, 404),
        new("page /{*Path:nonfile}", "/no-such-page", null, 302, 404, 404, 404, 404),
    ];

    public sealed record Row(string Endpoint, string Address, string? Json, params IReadOnlyList<int> Expected);
}
