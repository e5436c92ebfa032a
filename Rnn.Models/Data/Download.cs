using System;
using System.IO;
using System.Net.Http;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Data;

/// <summary>The work of <see cref="DataSets.DownloadAsync"/>.</summary>
internal static class Download
{
    private const int PieceBytes = 81920;

    public static async Task<string> RunAsync(DataSet set, string folder, DownloadOptions options,
        CancellationToken cancellation)
    {
        string target = set.PathIn(folder);
        if (File.Exists(target))
        {
            DataSets.Verify(set, target);
            return target;
        }

        // A client's own time limit covers the headers only; ours covers the body too, and replaces it.
        HttpClient client = options.Client ?? new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(options.Timeout);
        Received received = new();
        try
        {
            using HttpResponseMessage response = await AskAsync(set, client, limit.Token).ConfigureAwait(false);
            await SaveAsync(set, response, target, options.Progress, received, limit.Token).ConfigureAwait(false);
            return target;
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            TimeSpan? ours = limit.IsCancellationRequested ? options.Timeout : null;
            throw new DownloadException(
                Throw.DownloadTimeout(set.Name, set.Url, set.Size, ours, received.Bytes), e);
        }
        finally
        {
            if (options.Client is null)
                client.Dispose();
        }
    }

    private static async Task<HttpResponseMessage> AskAsync(DataSet set, HttpClient client,
        CancellationToken cancellation)
    {
        HttpResponseMessage response;
        try
        {
            response = await client.GetAsync(set.Url, HttpCompletionOption.ResponseHeadersRead, cancellation)
                .ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            throw new DownloadException(Throw.DownloadUnreachable(set.Name, set.Url, e.Message), e);
        }

        string? problem = Problem(set, response);
        if (problem is null)
            return response;
        response.Dispose();
        throw new DownloadException(problem);
    }

    private static string? Problem(DataSet set, HttpResponseMessage response)
    {
        if (!response.IsSuccessStatusCode)
            return Throw.DownloadStatus(set.Name, set.Url, (int)response.StatusCode, response.ReasonPhrase);
        long? announced = response.Content.Headers.ContentLength;
        if (announced > set.Size)
            return Throw.DownloadTooLarge(set.Name, set.Url, set.Size);
        return announced < set.Size ? Throw.DownloadTooSmall(set.Name, set.Url, set.Size, announced.Value) : null;
    }

    private static async Task SaveAsync(DataSet set, HttpResponseMessage response, string target,
        IProgress<DownloadProgress>? progress, Received received, CancellationToken cancellation)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(target))!;
        Directory.CreateDirectory(folder);
        string temporary = Path.Combine(folder, $".{set.FileName}.{Path.GetRandomFileName()}.partial");
        try
        {
            using (FileStream file = new(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0))
            {
                await CopyAsync(set, response, file, progress, received, cancellation).ConfigureAwait(false);
                file.Flush(flushToDisk: true);   // a rename may reach the disk before the bytes do
            }

            cancellation.ThrowIfCancellationRequested();
            File.Move(temporary, target, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);   // gone already after a success
        }
    }

    private static async Task CopyAsync(DataSet set, HttpResponseMessage response, FileStream file,
        IProgress<DownloadProgress>? progress, Received received, CancellationToken cancellation)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using Stream body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        byte[] piece = new byte[PieceBytes];
        progress?.Report(new DownloadProgress(0, set.Size));
        while (true)
        {
            int count = await ReadAsync(set, body, piece, received, cancellation).ConfigureAwait(false);
            if (count == 0)
                break;

            received.Bytes += count;
            if (received.Bytes > set.Size)
                throw new DownloadException(Throw.DownloadTooLarge(set.Name, set.Url, set.Size));
            hash.AppendData(piece, 0, count);
            await file.WriteAsync(piece.AsMemory(0, count), cancellation).ConfigureAwait(false);
            progress?.Report(new DownloadProgress(received.Bytes, set.Size));
        }

        if (received.Bytes < set.Size)
            throw new DownloadException(Throw.DownloadTruncated(set.Name, set.Url, set.Size, received.Bytes));
        string sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (!sha256.Equals(set.Sha256, StringComparison.OrdinalIgnoreCase))
            throw new DownloadException(Throw.DownloadHash(set.Name, set.Url, set.Sha256, sha256));
    }

    // Only what goes wrong with the network is the download's failure; a full disk speaks for itself.
    private static async ValueTask<int> ReadAsync(DataSet set, Stream body, byte[] piece, Received received,
        CancellationToken cancellation)
    {
        try
        {
            return await body.ReadAsync(piece, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new DownloadException(Throw.DownloadTruncated(set.Name, set.Url, set.Size, received.Bytes), e);
        }
    }

    // Kept outside, so that a timeout can say how far it came.
    private sealed class Received
    {
        public long Bytes { get; set; }
    }
}
