using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Benchmarks;

/// <summary>
/// A page that is open, as its server sees it: the circuit is started as the browser's script does it and each drawing is acknowledged, but
/// nothing is drawn. Twenty browsers take more of a machine than what is measured. What the server asks of the browser's scripts stays
/// without an answer.
/// </summary>
sealed partial class OpenCircuit : IDisposable
{
    static readonly HttpClient http = new(new SocketsHttpHandler { UseCookies = false });
    static readonly TimeSpan longest = TimeSpan.FromSeconds(60);

    /// <summary>Drawings that follow each other closer than this show one change: pages are refreshed four times a second.</summary>
    static readonly TimeSpan together = TimeSpan.FromMilliseconds(100);

    readonly ClientWebSocket socket = new();
    readonly CancellationTokenSource closed = new();
    readonly TaskCompletionSource drawn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    long last;
    int drawings;
    int refreshes;
    long bytes;

    /// <summary>Drawings that the server sent.</summary>
    public int Drawings => Volatile.Read(ref drawings);

    /// <summary>Changes of what is shown: a turn of the server may draw the page, the navigation and the bar each by itself.</summary>
    public int Refreshes => Volatile.Read(ref refreshes);

    /// <summary>Of everything that it sent, before it is compressed.</summary>
    public long Bytes => Volatile.Read(ref bytes);

    /// <exception cref="TimeoutException">Nothing was drawn.</exception>
    public static async Task<OpenCircuit> OpenAsync(string address)
    {
        var page = await http.GetStringAsync(address);
        var root = new Uri(address).GetLeftPart(UriPartial.Authority);
        using var negotiated = await http.PostAsync($"{root}/_blazor/negotiate?negotiateVersion=1", null);
        var token = JsonNode.Parse(await negotiated.Content.ReadAsStringAsync())!["connectionToken"]!.GetValue<string>();
        var circuit = new OpenCircuit();
        circuit.socket.Options.DangerousDeflateOptions = new(); // as browsers ask for it
        var hub = new Uri($"ws{root[4..]}/_blazor?id={Uri.EscapeDataString(token)}");
        await circuit.socket.ConnectAsync(hub, circuit.closed.Token);
        await circuit.SendAsync("{\"protocol\":\"blazorpack\",\"version\":1}\u001e"u8.ToArray(), WebSocketMessageType.Text);
        var state = StatePattern().Match(page).Groups[1].Value;
        await circuit.SendAsync(BlazorPack.Invoke("0", "StartCircuit", $"{root}/", address, "[]", state));
        await circuit.SendAsync(BlazorPack.Invoke(null, "UpdateRootComponents", Roots(page), state));
        _ = Task.Run(circuit.ReadAsync);
        await circuit.drawn.Task.WaitAsync(longest);
        return circuit;
    }

    public void Forget()
    {
        Volatile.Write(ref refreshes, 0);
        Volatile.Write(ref drawings, 0);
        Volatile.Write(ref bytes, 0);
    }

    public void Dispose()
    {
        closed.Cancel();
        socket.Dispose();
        closed.Dispose();
    }

    /// <summary>The components that the document has a place for, as what is to be added to the circuit.</summary>
    static string Roots(string page) => JsonSerializer.Serialize(new
    {
        batchId = 1,
        operations = MarkerPattern().Matches(page).Select(match => JsonNode.Parse(match.Groups[1].Value)!)
            .Where(marker => marker["type"]?.GetValue<string>() == "server")
            .Select((marker, index) => new { type = "add", ssrComponentId = index + 1, marker }),
    });

    ValueTask SendAsync(byte[] message, WebSocketMessageType type = WebSocketMessageType.Binary) =>
        socket.SendAsync(message.AsMemory(), type, endOfMessage: true, closed.Token);

    async Task ReadAsync()
    {
        try
        {
            var frame = new MemoryStream();
            var buffer = new byte[1 << 16];
            var isFirst = true;
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(), closed.Token);
                frame.Write(buffer, 0, part.Count);
                if (!part.EndOfMessage)
                {
                    continue;
                }

                Interlocked.Add(ref bytes, frame.Length);
                foreach (var drawing in Drawn(frame.GetBuffer().AsSpan(0, (int)frame.Length), isFirst))
                {
                    await SendAsync(BlazorPack.Invoke(null, "OnRenderCompleted", drawing, null));
                }

                isFirst = false;
                frame.SetLength(0);
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or WebSocketException or ObjectDisposedException)
        {
            drawn.TrySetException(new TimeoutException("The circuit was closed.", fault));
        }
    }

    /// <summary>The numbers of the drawings in a frame.</summary>
    /// <param name="isFirst">It begins with the answer to the handshake.</param>
    List<long> Drawn(ReadOnlySpan<byte> frame, bool isFirst)
    {
        var numbers = new List<long>();
        frame = isFirst ? frame[(frame.IndexOf((byte)0x1e) + 1)..] : frame;
        while (frame.Length > 0)
        {
            if (BlazorPack.Read(BlazorPack.Next(ref frame)) is not ("JS.RenderBatch", var number))
            {
                continue;
            }

            numbers.Add(number);
            var now = Stopwatch.GetTimestamp();
            Interlocked.Increment(ref drawings);
            Interlocked.Add(ref refreshes, Stopwatch.GetElapsedTime(last, now) > together ? 1 : 0);
            last = now;
            drawn.TrySetResult();
        }

        return numbers;
    }

    [GeneratedRegex("<!--Blazor:({.*?})-->", RegexOptions.Singleline)]
    private static partial Regex MarkerPattern();

    [GeneratedRegex("<!--Blazor-Server-Component-State:(.*?)-->", RegexOptions.Singleline)]
    private static partial Regex StatePattern();
}
