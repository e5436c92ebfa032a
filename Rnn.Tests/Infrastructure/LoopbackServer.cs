using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Rnn.Tests.Infrastructure;

/// <summary>
/// An HTTP server on this machine that sends whatever bytes a test wants, right or wrong: one answer a connection,
/// which it then closes.
/// </summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<Stream, CancellationToken, Task> _answer;
    private readonly Task _running;
    private int _requests;

    public LoopbackServer(Func<Stream, CancellationToken, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        Url = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/file.txt");
        _running = RunAsync();
    }

    public Uri Url { get; }

    public int Requests => Volatile.Read(ref _requests);

    /// <summary>A complete answer: a status line with headers, then a body.</summary>
    public static LoopbackServer Sending(string head, byte[] body) => new(async (stream, stop) =>
    {
        await SendHeadAsync(stream, head, stop);
        await stream.WriteAsync(body, stop);
    });

    public static Task SendHeadAsync(Stream stream, string head, CancellationToken stop) =>
        stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {head}\r\nConnection: close\r\n\r\n"), stop).AsTask();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Interlocked.Increment(ref _requests);
                Stream stream = client.GetStream();
                await ReadRequestAsync(stream, _stop.Token);
                await _answer(stream, _stop.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
                // The test is over, or the client hung up, which is what some tests are about.
            }
        }
    }

    private static async Task ReadRequestAsync(Stream stream, CancellationToken stop)
    {
        StringBuilder request = new();
        byte[] piece = new byte[1024];
        while (!request.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            int count = await stream.ReadAsync(piece, stop);
            if (count == 0)
                return;
            request.Append(Encoding.ASCII.GetString(piece, 0, count));
        }
    }
}
