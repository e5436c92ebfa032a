using System;
using System.IO;
using System.Threading;
using Rnn.Models.Data;

namespace Rnn.Samples.Common;

/// <summary>Where a known data set is looked for.</summary>
/// <param name="Folder">The folder that the user named, or null.</param>
/// <param name="Download">Whether it may be downloaded.</param>
public sealed record DataSetPlace(string? Folder, bool Download)
{
    /// <summary>The file of a data set, whole and unaltered; downloaded if that is wanted.</summary>
    /// <param name="set">The data set.</param>
    /// <param name="otherwise">The option that names other data: "--text".</param>
    /// <param name="cancellation">Ends a download.</param>
    /// <exception cref="IOException">It isn't there.</exception>
    public string Find(DataSet set, string otherwise, CancellationToken cancellation)
    {
        string? path = DataSets.Find(set, Folder);
        if (path is null)
        {
            if (!Download)
            {
                throw new FileNotFoundException($"The data set '{set.Name}' was not found: name its folder with --data "
                    + $"or in ${DataSets.FolderVariable}, get it with --download ({set.Size} bytes from "
                    + $"{set.Url.Host}), or name data of your own with {otherwise}.");
            }

            Screen.Show($"Downloading {set.Url} ...");
            DownloadOptions download = new() { Folder = Folder, Progress = new Tenths() };
            path = DataSets.DownloadAsync(set, download, cancellation).GetAwaiter().GetResult();
        }

        DataSets.Verify(set, path);
        return path;
    }

    /// <summary>A line for each tenth of a download.</summary>
    private sealed class Tenths : IProgress<DownloadProgress>
    {
        private long _shown;

        public void Report(DownloadProgress value)
        {
            long tenths = 10 * value.Bytes / Math.Max(1, value.TotalBytes);
            if (tenths > _shown)
            {
                _shown = tenths;
                Screen.Show($"{value.Bytes} of {value.TotalBytes} bytes");
            }
        }
    }
}
