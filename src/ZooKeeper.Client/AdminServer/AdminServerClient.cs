using System.Text.Json;
using ZooKeeper.Client.FourLetterWords;

namespace ZooKeeper.Client.AdminServer;

/// <summary>
/// Reads the JSON of a server's AdminServer (http://host:8080/commands/…, 3.5 and later). Commands: srvr, monitor, leader, connections,
/// watch_summary, voting_view and others; every answer has command and error.
/// </summary>
public sealed class AdminServerClient(HttpClient http, string host, int port)
{
    /// <exception cref="AdminServerException">No answer, not JSON, or the command's own error.</exception>
    public async Task<JsonElement> GetAsync(string command, CancellationToken cancellationToken = default)
    {
        var address = new UriBuilder("http", host, port, $"/commands/{command}").Uri;
        try
        {
            using var answer = await http.GetAsync(address, cancellationToken).ConfigureAwait(false);
            using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            // a command that fails answers JSON too, whose error says more than the status
            if (!answer.IsSuccessStatusCode && answer.Content.Headers.ContentType?.MediaType != "application/json")
            {
                throw new AdminServerException($"{address}: HTTP {(int)answer.StatusCode}.");
            }

            using var json = await JsonDocument.ParseAsync(stream, cancellationToken: cancellationToken).ConfigureAwait(false);
            // a clone: elements of a document die with it
            return Check(address, json.RootElement.Clone());
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or IOException)
        {
            throw new AdminServerException($"{address}: {e.Message}", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new AdminServerException($"{address}: no answer within {http.Timeout.TotalSeconds:0.#} s.", e);
        }
    }

    /// <summary>What mntr answers, for servers that do not have it in their whitelist.</summary>
    public async Task<Mntr> GetMonitorAsync(CancellationToken cancellationToken = default) =>
        Mntr.FromMonitor(await GetAsync("monitor", cancellationToken).ConfigureAwait(false));

    /// <summary>Whom this server follows, or itself; an error of the command where it has no leader.</summary>
    public async Task<AdminLeader> GetLeaderAsync(CancellationToken cancellationToken = default)
    {
        var answer = await GetAsync("leader", cancellationToken).ConfigureAwait(false);
        return new AdminLeader(
            answer.TryGetProperty("is_leader", out var isLeader) && isLeader.ValueKind == JsonValueKind.True,
            answer.TryGetProperty("leader_id", out var id) && id.TryGetInt64(out var leader) ? leader : -1,
            answer.TryGetProperty("leader_ip", out var ip) ? ip.GetString() ?? "" : "");
    }

    static JsonElement Check(Uri address, JsonElement answer)
    {
        if (answer.ValueKind != JsonValueKind.Object)
        {
            throw new AdminServerException($"{address}: not the JSON of an AdminServer.");
        }

        return answer.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.String
            ? throw new AdminServerException($"{address}: {error.GetString()}")
            : answer;
    }
}

/// <summary>The answer to leader: LeaderId is the server id, -1 where the server did not say it.</summary>
public sealed record AdminLeader(bool IsLeader, long LeaderId, string LeaderIp);

/// <summary>An AdminServer could not be read; the message names the address.</summary>
public class AdminServerException(string message, Exception? inner = null) : Exception(message, inner);
