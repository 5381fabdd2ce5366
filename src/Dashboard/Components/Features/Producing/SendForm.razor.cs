using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Dashboard.Components.Foundation.Commands;
using Dashboard.Localization;
using Dashboard.Messages.Bytes;
using Dashboard.Messages.Decoding;
using Dashboard.Messages.Producing;
using Dashboard.Messages.Registry;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Commands;
using Kafka.Client;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Producing;

/// <summary>
/// One record to a topic. Key and value become bytes as they are typed, so that what does not fit is told at its field before anything is
/// sent; what is sent are the bytes that were shown.
/// </summary>
public sealed partial class SendForm : CheckedForm
{
    const string ByPartitioner = "";

    readonly RecordPartDraft key = new() { IsNull = true };
    readonly RecordPartDraft value = new() { Format = BodyFormats.Json };
    readonly List<HeaderDraft> headers = [];
    string place = ByPartitioner;
    string partitioner = ProduceOptions.Partitioners[0];
    string compression = ProduceOptions.Compressions[0];
    string acks = ProduceOptions.AllAcks[0];
    IReadOnlyList<string> places = [ByPartitioner];
    EncodedRecord? record;
    SentRecord? sent;
    string? keyFault;
    string? valueFault;
    string? filling;

    [Inject]
    public IBodyEncoder Encoder { get; set; } = null!;

    [Inject]
    public IRecordSender Sender { get; set; } = null!;

    [Inject]
    public IBodyDecoders Decoders { get; set; } = null!;

    [Parameter, EditorRequired]
    public string Topic { get; set; } = "";

    [Parameter, EditorRequired]
    public int Partitions { get; set; }

    /// <summary>PARTITION:OFFSET of a record that fills the form.</summary>
    [Parameter]
    public string? From { get; set; }

    protected override string PagePath => Cluster.Topic(Topic, "/send");

    protected override (string Name, string? Value)[] BesideAddress => [("from", From)];

    protected override IEnumerable<AddressField> InAddress =>
    [
        .. key.InAddress("key"), .. value.InAddress("value"),
        AddressField.Of("headers", () => headers.Select(h => (h.Name, h.Value)), Head),
        new("partition", () => place, text => place = places.Contains(text) ? text : place),
        new("partitioner", () => partitioner, text => partitioner = ProduceOptions.Partitioners.Contains(text) ? text : partitioner),
        new("compression", () => compression, text => compression = ProduceOptions.Compressions.Contains(text) ? text : compression),
        new("acks", () => acks, text => acks = ProduceOptions.AllAcks.Contains(text) ? text : acks),
    ];

    bool CanSend => !Running && record is not null && Checks.IsSettled && headers.TrueForAll(h => h.Bytes is not null);

    string WhyNot => CanSend ? L["Send_Ready", record!.Value?.Length ?? 0]
        : keyFault ?? valueFault ?? (!Checks.IsSettled ? L["Send_Checking"] : L["Send_NotYet"]);

    string? Receipt => sent is null ? null : sent.Offset is { } offset
        ? L["Send_Done", sent.Partition, Format.Id(offset), Math.Max(1, (long)sent.Took.TotalMilliseconds)]
        : L["Send_DoneUnseen"];

    protected override void OnInitialized()
    {
        places = [ByPartitioner, .. Enumerable.Range(0, Partitions).Select(p => Format.Id(p))];
        base.OnInitialized();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            if (From is not null)
            {
                await FillAsync(From);
                TakeAddress();
            }

            await CheckNowAsync(EncodeAsync);
        }
    }

    string Place(string of) => of == ByPartitioner ? L["Send_Chosen"] : of;

    string? Size(byte[]? bytes) => bytes is null || !Checks.IsSettled ? null : L["Send_Bytes", bytes.Length];

    Task RemoveAsync(HeaderDraft header)
    {
        headers.Remove(header);
        return ChangedAsync();
    }

    /// <summary>One that a record had keeps its bytes, which need not be text.</summary>
    void Head(IEnumerable<(string Name, string Value)> rows)
    {
        var before = headers.ToArray();
        headers.Clear();
        headers.AddRange(rows.Select(row =>
            before.FirstOrDefault(h => (h.Name, h.Value) == row) ?? new HeaderDraft { Name = row.Name, Value = row.Value }));
    }

    /// <summary>Not waited for: a field goes on taking keys while it is checked what they come to.</summary>
    Task ChangedAsync()
    {
        Forget();
        (sent, record) = (null, null);
        CheckSoon(EncodeAsync);
        return Task.CompletedTask;
    }

    async Task EncodeAsync(CancellationToken cancellationToken)
    {
        var (keyBytes, keyWrong) = await TryAsync(BodyPart.Key, key, cancellationToken);
        var (valueBytes, valueWrong) = await TryAsync(BodyPart.Value, value, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        // nothing was written there yet: that is no fault
        keyFault = key.Text.Length == 0 ? null : keyWrong;
        valueFault = value.Text.Length == 0 ? null : valueWrong;
        var asked = new RecordToSend(Topic, key.Part, value.Part)
        {
            Partition = int.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out var partition) ? partition : null,
            Headers = [.. headers.Where(h => h.Name.Length > 0).Select(h => new RecordHeaderToSend(h.Name, h.Bytes))],
            Options = new() { Acks = acks, Compression = compression, Partitioner = partitioner },
        };
        record = keyWrong is null && valueWrong is null ? Encoder.Encoded(Cluster.Id, asked, keyBytes, valueBytes) : null;
    }

    async Task<(byte[]? Bytes, string? Fault)> TryAsync(BodyPart part, RecordPartDraft draft, CancellationToken cancellationToken)
    {
        try
        {
            return (await Encoder.EncodeAsync(Cluster.Id, Topic, part, draft.Part, cancellationToken), null);
        }
        catch (Exception e) when (e is BodyMismatchException or RegistryException or UndecodableException)
        {
            return (null, e.Message);
        }
    }

    async Task SendAsync()
    {
        if (CanSend)
        {
            var sending = record!;
            sent = null;
            await RunAsync("record.produce", async () =>
            {
                (var result, sent) = await Sender.SendAsync(Cluster.Monitor, sending, Cluster.Who.Actor, Gone);
                return result;
            });
        }
    }

    /// <summary>What is masked for the reader would be sent as its mask: such a record does not fill the form.</summary>
    async Task FillAsync(string from)
    {
        if (from.Split(':') is not [var at, var number]
            || !int.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var partition)
            || !long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
        {
            filling = L["Send_FromWrong", from];
            return;
        }

        try
        {
            var found = await Cluster.Monitor.Messages.ReadOneAsync(Topic, partition, offset, Cluster.Who.Actor, Gone);
            filling = found is null ? L["Send_FromGone", partition, Format.Id(offset)]
                : found.Concealed != Concealed.Nothing ? L["Send_FromMasked"]
                : L["Send_From", partition, Format.Id(offset)];
            if (found is { Concealed: Concealed.Nothing })
            {
                place = Format.Id(partition);
                await FillAsync(key, BodyPart.Key, found, found.Key);
                await FillAsync(value, BodyPart.Value, found, found.Value);
                headers.AddRange(found.Headers.Select(HeaderDraft.Of));
            }
        }
        catch (KafkaException e)
        {
            filling = L["Messages_Failed", e.Message];
        }
    }

    async Task FillAsync(RecordPartDraft draft, BodyPart part, MessageView message, ImmutableArray<byte>? bytes)
    {
        var decoded = bytes is not { } given ? null : await Decoders.Of(Cluster.Id).DecodeAsync(
            new RecordBody(Topic, part, given.AsMemory()) { Headers = message.Headers, Key = message.Key?.AsMemory() }, Gone);
        draft.Fill(bytes?.AsMemory(), decoded);
    }

    /// <summary>A value is text; one that is none was read from a record and stays as it is.</summary>
    sealed class HeaderDraft
    {
        static readonly UTF8Encoding strict = new(false, throwOnInvalidBytes: true);
        ImmutableArray<byte>? kept;

        public string Name { get; set; } = "";

        public string Value { get; set; } = "";

        public ImmutableArray<byte>? Bytes =>
            kept is { } raw && Value == Convert.ToBase64String(raw.AsSpan()) ? raw : [.. Encoding.UTF8.GetBytes(Value)];

        public string? Fault(Text words) => Name.Length == 0 && Value.Length > 0 ? words["Send_HeaderNeedsName"] : null;

        public static HeaderDraft Of(MessageHeaderView header)
        {
            if (header.Value is not { } bytes)
            {
                return new() { Name = header.Name };
            }

            try
            {
                return new() { Name = header.Name, Value = strict.GetString(bytes.AsSpan()) };
            }
            catch (DecoderFallbackException)
            {
                return new() { Name = header.Name, Value = Convert.ToBase64String(bytes.AsSpan()), kept = bytes };
            }
        }
    }
}
