using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Rnn.Models.Data;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Data;

public sealed class DownloadTests : IDisposable
{
    private static readonly byte[] s_body = Enumerable.Range(0, 300_000).Select(i => (byte)(i * 31)).ToArray();
    private static readonly string s_okWithLength = $"200 OK\r\nContent-Length: {s_body.Length}";

    private readonly TemporaryFolder _folder = new();

    private string Target => Path.Combine(_folder.Path, "set", "file.txt");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task GoodFileIsSaved(bool withLength)
    {
        await using LoopbackServer server = LoopbackServer.Sending(withLength ? s_okWithLength : "200 OK", s_body);
        Progress progress = new();

        string path = await RunAsync(SetAt(server.Url), new DownloadOptions { Progress = progress });

        Assert.Equal(Target, path);
        Assert.Equal([path], _folder.Files());
        Assert.Equal(s_body, await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
        Assert.Equal(new DownloadProgress(0, s_body.Length), progress.Reports[0]);
        Assert.Equal(new DownloadProgress(s_body.Length, s_body.Length), progress.Reports[^1]);
        Assert.Equal(progress.Reports.OrderBy(report => report.Bytes), progress.Reports);
    }

    [Fact]
    public async Task ExistingFileIsNotAskedForAgain()
    {
        await using LoopbackServer server = LoopbackServer.Sending(s_okWithLength, s_body);
        await RunAsync(SetAt(server.Url));
        Assert.Equal(Target, await RunAsync(SetAt(server.Url)));
        Assert.Equal(1, server.Requests);
    }

    [Fact]
    public async Task ExistingFileThatIsAnotherOneIsLeftAlone()
    {
        await using LoopbackServer server = LoopbackServer.Sending(s_okWithLength, s_body);
        _folder.Write(Path.Combine("set", "file.txt"), [1, 2, 3]);
        await Assert.ThrowsAsync<InvalidDataException>(() => RunAsync(SetAt(server.Url)));
        Assert.Equal([1, 2, 3], await File.ReadAllBytesAsync(Target, TestContext.Current.CancellationToken));
        Assert.Equal(0, server.Requests);
    }

    [Fact]
    public async Task CallersClientIsUsedAndStaysOpen()
    {
        await using LoopbackServer server = LoopbackServer.Sending(s_okWithLength, s_body);
        using HttpClient client = new();
        await RunAsync(SetAt(server.Url), new DownloadOptions { Client = client });
        using HttpResponseMessage again = await client.GetAsync(server.Url, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Fact]
    public async Task WrongHash()
    {
        byte[] changed = [.. s_body];
        changed[^1] ^= 1;
        await using LoopbackServer server = LoopbackServer.Sending(s_okWithLength, changed);
        await FailsAsync(SetAt(server.Url),
            $"wrong sha256: expected {Hash(s_body)}, came {Hash(changed)}");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TruncatedBody(bool withLength)
    {
        await using LoopbackServer server =
            LoopbackServer.Sending(withLength ? s_okWithLength : "200 OK", s_body[..200_000]);
        await FailsAsync(SetAt(server.Url), "ended after 200000 of 300000 bytes");
    }

    [Fact]
    public async Task AnnouncedBodyIsTooSmall()
    {
        await using LoopbackServer server = LoopbackServer.Sending("200 OK\r\nContent-Length: 5", s_body[..5]);
        await FailsAsync(SetAt(server.Url), "announces 5 bytes, expected 300000");
    }

    [Fact]
    public async Task AnnouncedBodyIsTooLarge()
    {
        await using LoopbackServer server =
            LoopbackServer.Sending($"200 OK\r\nContent-Length: {s_body.Length + 1}", [.. s_body, 0]);
        Progress progress = new();
        await FailsAsync(SetAt(server.Url), "more than the expected 300000 bytes",
            new DownloadOptions { Progress = progress });
        Assert.Empty(progress.Reports);   // refused by its headers
    }

    [Fact]
    public async Task EndlessBodyIsStoppedAtTheLimit()
    {
        await using LoopbackServer server = new(async (stream, stop) =>
        {
            await LoopbackServer.SendHeadAsync(stream, "200 OK", stop);
            while (true)
                await stream.WriteAsync(s_body, stop);
        });
        Progress progress = new();
        await FailsAsync(SetAt(server.Url), "more than the expected 300000 bytes",
            new DownloadOptions { Progress = progress });
        Assert.True(progress.Reports[^1].Bytes <= s_body.Length);
    }

    [Theory]
    [InlineData("404 Not Found", "answered with status 404 (Not Found)")]
    [InlineData("503", "answered with status 503")]
    public async Task StatusOtherThanSuccess(string status, string expected)
    {
        await using LoopbackServer server = LoopbackServer.Sending($"{status}\r\nContent-Length: 0", []);
        await FailsAsync(SetAt(server.Url), expected);
        Assert.Empty(Directory.GetDirectories(_folder.Path));   // not even a folder
    }

    [Fact]
    public async Task RefusedConnection()
    {
        TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Dispose();
        await FailsAsync(SetAt(new Uri($"http://127.0.0.1:{port}/")), $"http://127.0.0.1:{port}/ cannot be reached");
    }

    [Fact]
    public async Task AnswerThatIsNotHttp()
    {
        await using LoopbackServer server = new((stream, stop) => stream.WriteAsync(s_body, stop).AsTask());
        await FailsAsync(SetAt(server.Url), "cannot be reached");
    }

    [Fact]
    public async Task TimeLimitCoversTheBody()
    {
        await using LoopbackServer server = Stalling();
        await FailsAsync(SetAt(server.Url), "given up after 1.5 seconds, with 1000 of 300000 bytes received",
            new DownloadOptions { Timeout = TimeSpan.FromSeconds(1.5) });
    }

    [Fact]
    public async Task TimeLimitOfTheCallersClient()
    {
        await using LoopbackServer server = new((_, stop) => Task.Delay(Timeout.Infinite, stop));
        using HttpClient client = new() { Timeout = TimeSpan.FromSeconds(0.2) };
        await FailsAsync(SetAt(server.Url), "given up after a timeout, with 0 of 300000 bytes received",
            new DownloadOptions { Client = client });
    }

    [Fact]
    public async Task Cancellation()
    {
        await using LoopbackServer server = Stalling();
        using CancellationTokenSource source = new();
        Progress progress = new() { OnReport = report => { if (report.Bytes > 0) source.Cancel(); } };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => DataSets.DownloadAsync(SetAt(server.Url),
            new DownloadOptions { Folder = _folder.Path, Progress = progress }, source.Token));
        Assert.Empty(_folder.Files());
    }

    [Fact]
    public async Task NoPartialFileHasTheName()
    {
        await using LoopbackServer server = LoopbackServer.Sending(s_okWithLength, s_body);
        List<bool> visible = [];
        Progress progress = new() { OnReport = _ => visible.Add(File.Exists(Target)) };
        await RunAsync(SetAt(server.Url), new DownloadOptions { Progress = progress });
        Assert.DoesNotContain(true, visible);
        Assert.True(File.Exists(Target));
    }

    [Fact]
    public async Task ProgressThatThrowsLeavesNothingBehind()
    {
        await using LoopbackServer server = LoopbackServer.Sending(s_okWithLength, s_body);
        Progress progress = new() { OnReport = _ => throw new InvalidOperationException("a bug") };
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => RunAsync(SetAt(server.Url), new DownloadOptions { Progress = progress }));
        Assert.Empty(_folder.Files());
    }

    [Fact]
    public void TimeoutIsChecked() => Assert.Contains("DownloadOptions.Timeout is 0; expected seconds: more than 0",
        Assert.Throws<ArgumentOutOfRangeException>(() => new DownloadOptions { Timeout = TimeSpan.Zero }).Message);

    private static LoopbackServer Stalling() => new(async (stream, stop) =>
    {
        await LoopbackServer.SendHeadAsync(stream, s_okWithLength, stop);
        await stream.WriteAsync(s_body.AsMemory(0, 1000), stop);
        await Task.Delay(Timeout.Infinite, stop);
    });

    private static DataSet SetAt(Uri url) => new()
    {
        Name = "set",
        Description = "Bytes for a test",
        RelativePath = "set/file.txt",
        Url = url,
        Sha256 = Hash(s_body),
        Size = s_body.Length,
        License = "None",
    };

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private Task<string> RunAsync(DataSet set, DownloadOptions? options = null) => DataSets.DownloadAsync(set,
        (options ?? new DownloadOptions()) with { Folder = _folder.Path }, TestContext.Current.CancellationToken);

    private async Task FailsAsync(DataSet set, string expected, DownloadOptions? options = null)
    {
        DownloadException e = await Assert.ThrowsAsync<DownloadException>(() => RunAsync(set, options));
        Assert.Contains(expected, e.Message);
        Assert.Contains("'set'", e.Message);
        Assert.EndsWith("Nothing was saved.", e.Message);
        Assert.Empty(_folder.Files());
    }

    // System.Progress reports later, on another thread; this one at once.
    private sealed class Progress : IProgress<DownloadProgress>
    {
        public List<DownloadProgress> Reports { get; } = [];

        public Action<DownloadProgress>? OnReport { get; init; }

        public void Report(DownloadProgress value)
        {
            Reports.Add(value);
            OnReport?.Invoke(value);
        }
    }
}
