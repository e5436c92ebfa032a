using System;
using System.Net.Http;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Data;

/// <summary>How <see cref="DataSets.DownloadAsync"/> works. The default goes to the user's cache folder.</summary>
public sealed record DownloadOptions
{
    /// <summary>The data folder to save into, made when missing; null is <see cref="DataSets.CacheFolder"/>.</summary>
    public string? Folder { get; init; }

    /// <summary>The client to ask, which stays the caller's; null makes one for this download.</summary>
    public HttpClient? Client { get; init; }

    /// <summary>Told after every piece that arrives (up to 80 KiB), and before the first; null is nobody.</summary>
    public IProgress<DownloadProgress>? Progress { get; init; }

    /// <summary>For the whole download; 10 minutes unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not above 0, or more than 24 days.</exception>
    public TimeSpan Timeout
    {
        get;
        init
        {
            if (value <= TimeSpan.Zero || value > TimeSpan.FromDays(24))   // a timer counts milliseconds in an int
            {
                Throw.OptionOutside(nameof(DownloadOptions), nameof(Timeout), value.TotalSeconds,
                    "seconds: more than 0 and at most 24 days");
            }

            field = value;
        }
    } = TimeSpan.FromMinutes(10);
}
