using System.IO.Compression;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using Dashboard.Api.Streams;
using Testing;

namespace Dashboard.Tests.Api.Streams;

/// <summary>Zips of any size, as .NET, unzip and Python read them.</summary>
public sealed class ZipWriterTests : IDisposable
{
    static readonly DateTime time = new(2026, 11, 21, 14, 3, 8, DateTimeKind.Utc);

    readonly TempDirectory directory = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    string Path => directory["values.zip"];

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task More_files_than_a_zip_of_old_can_count_are_all_there()
    {
        const int files = 70_000;
        await WriteAsync(0, async zip =>
        {
            for (var file = 0; file < files; file++)
            {
                await zip.AddAsync($"0-{file}.txt", Encoding.ASCII.GetBytes($"value {file}"), time, Token);
            }
        });
        using var read = await ZipFile.OpenReadAsync(Path, Token);
        Assert.Equal(files, read.Entries.Count);
        Assert.Equal("value 69999", await TextAsync(read.GetEntry("0-69999.txt")!));
        await OthersReadItAsync();
    }

    [Fact]
    public async Task Files_past_four_gigabytes_are_found()
    {
        var noise = RandomNumberGenerator.GetBytes(200_000);
        var text = Encoding.ASCII.GetBytes(new string('x', 300_000));
        await WriteAsync(5L << 30, async zip =>
        {
            await zip.AddAsync("0-0.bin", noise, time, Token);
            await zip.AddAsync("0-1.txt", text, time, Token);
            await zip.AddAsync("0-2.txt", default, new DateTime(1, 1, 1), Token);
        });
        using (var read = await ZipFile.OpenReadAsync(Path, Token))
        {
            Assert.Equal([("0-0.bin", 200_000), ("0-1.txt", 300_000), ("0-2.txt", 0)], read.Entries.Select(e => (e.FullName, e.Length)));
            Assert.Equal(time, read.Entries[0].LastWriteTime.DateTime);
            Assert.InRange(read.Entries[1].CompressedLength, 1, 3000);
            using var bytes = new MemoryStream();
            await using var stream = await read.Entries[0].OpenAsync(Token);
            await stream.CopyToAsync(bytes, Token);
            Assert.Equal(noise, bytes.ToArray());
        }

        await OthersReadItAsync();
    }

    [Fact]
    public async Task One_that_was_not_ended_is_no_zip()
    {
        using var bytes = new MemoryStream();
        var output = PipeWriter.Create(bytes);
        await using (var zip = new ZipWriter(output))
        {
            await zip.AddAsync("0-0.txt", "value"u8.ToArray(), time, Token);
        }

        await output.FlushAsync(Token);
        Assert.NotEqual(0, bytes.Length);
        Assert.Throws<InvalidDataException>(() => new ZipArchive(bytes));
    }

    /// <param name="at">What stands before it: nothing, and no room on disk.</param>
    async Task WriteAsync(long at, Func<ZipWriter, Task> fill)
    {
        await using var file = File.Create(Path);
        file.Seek(at, SeekOrigin.Begin);
        var output = PipeWriter.Create(file);
        await using (var zip = new ZipWriter(output, at))
        {
            await fill(zip);
            await zip.EndAsync(Token);
        }

        await output.CompleteAsync();
    }

    async Task OthersReadItAsync()
    {
        (string Program, string[] Arguments)[] readers = [("unzip", ["-tqq", Path]), ("python3", ["-m", "zipfile", "-t", Path])];
        foreach (var (program, arguments) in readers)
        {
            if (External.FindProgram(program) is { } file)
            {
                var read = await External.RunAsync(file, arguments);
                Assert.True(read.ExitCode == 0 && !read.Output.Contains("bad", StringComparison.OrdinalIgnoreCase), $"{program}: {read}");
            }
        }
    }

    static async Task<string> TextAsync(ZipArchiveEntry entry)
    {
        using var reader = new StreamReader(await entry.OpenAsync(Token));
        return await reader.ReadToEndAsync(Token);
    }
}
