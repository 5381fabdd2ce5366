using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Wire;

namespace ZooKeeper.Server.Commands.Http;

/// <summary>What the AdminServer answers. Browsers may show it, and nothing of it may run or be kept.</summary>
/// <param name="Status">Code of HTTP.</param>
/// <param name="Type">Content-Type.</param>
/// <param name="Body">The bytes, in order.</param>
sealed record AdminAnswer(int Status, string Type, IReadOnlyList<ReadOnlyMemory<byte>> Body)
{
    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Further lines of the head.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    public static AdminAnswer Text(int status, string text, string type = "text/plain;charset=utf-8") =>
        new(status, type, [Encoding.UTF8.GetBytes(text)]);

    public static AdminAnswer Json(JsonObject answer, int status = 200) =>
        Text(status, answer.ToJsonString(Indented) + "\n", "application/json");

    /// <summary>As Apache answers a command that it does not run.</summary>
    public static AdminAnswer Refused(string command, string error, int status = 200) =>
        Json(new JsonObject { ["command"] = command, ["error"] = error }, status);

    public void Send(Connection connection, bool withBody)
    {
        var head = new WireWriter(512);
        head.WriteUtf8($"HTTP/1.1 {Status} {Reason(Status)}\r\n");
        head.WriteUtf8($"Content-Type: {Type}\r\nContent-Length: {Body.Sum(b => (long)b.Length)}\r\n");
        foreach (var (name, value) in Headers)
        {
            head.WriteUtf8($"{name}: {value}\r\n");
        }

        head.WriteUtf8("X-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\n");
        head.WriteUtf8("Content-Security-Policy: default-src 'none'\r\nConnection: close\r\n\r\n");
        connection.Enqueue(head);
        foreach (var part in withBody ? Body : [])
        {
            var writer = new WireWriter(part.Length);
            writer.WriteBytes(part.Span);
            connection.Enqueue(writer);
        }
    }

    static string Reason(int status) => status switch
    {
        200 => "OK",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        503 => "Service Unavailable",
        _ => "Answer",
    };
}
