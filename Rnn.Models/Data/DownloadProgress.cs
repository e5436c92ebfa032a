namespace Rnn.Models.Data;

/// <summary>How far a download is.</summary>
/// <param name="Bytes">Received so far.</param>
/// <param name="TotalBytes">Expected in all.</param>
public readonly record struct DownloadProgress(long Bytes, long TotalBytes);
