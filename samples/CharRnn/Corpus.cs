using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using Rnn.Models.Data;
using Rnn.Models.Text;
using Rnn.Samples.Common;

namespace Rnn.Samples.CharRnn;

/// <summary>The text to learn from.</summary>
/// <param name="Name">What it is, for people.</param>
/// <param name="Text">All of it, the validation part included.</param>
/// <param name="Stories">What else is known of it, if it comes from the built-in grammar.</param>
internal sealed record Corpus(string Name, string Text, Stories? Stories = null)
{
    public const string StandardInput = "-";

    /// <summary>The name of the built-in data set.</summary>
    public const string BuiltIn = "stories";

    /// <summary>What --dataset may name.</summary>
    public static string[] Names { get; } =
    [
        BuiltIn,
        .. DataSets.All.Where(set => set.FileName.EndsWith(".txt", StringComparison.Ordinal)).Select(set => set.Name),
    ];

    /// <summary>Reads a file, or a known data set, or writes stories.</summary>
    /// <exception cref="IOException">It can't be read, or there is none.</exception>
    public static Corpus Load(TextOptions options, TrainSettings settings, CancellationToken cancellation)
    {
        if (options.File is { } file)
            return new Corpus(file, ReadText(file, options.Encoding));

        if (options.DataSet == BuiltIn)
            return Stories.Corpus(settings);

        DataSet set = DataSets.Get(options.DataSet);
        string? path = DataSets.Find(set, options.DataFolder);
        if (path is null)
        {
            if (!options.Download)
            {
                throw new FileNotFoundException(
                    $"The data set '{set.Name}' was not found: name its folder with --data or in $RNN_DATA, or get it "
                    + $"with --download ({set.Size} bytes from {set.Url.Host}).");
            }

            Console.WriteLine($"Downloading {set.Url} ...");
            DownloadOptions download = new() { Folder = options.DataFolder, Progress = new DownloadTenths() };
            path = DataSets.DownloadAsync(set, download, cancellation).GetAwaiter().GetResult();
        }

        DataSets.Verify(set, path);
        return new Corpus(set.Description, TextFile.Read(path));
    }

    /// <summary>A text file, all those of a folder, or standard input if the path is "-".</summary>
    /// <exception cref="InvalidDataException">It is not valid in this encoding; the option is named.</exception>
    public static string ReadText(string path, string encoding)
    {
        try
        {
            return path == StandardInput
                ? TextFile.Read(Console.OpenStandardInput(), "standard input", encoding)
                : TextFile.ReadAll(TextFiles.Of(path), encoding);
        }
        catch (InvalidDataException e) when (e.Message.Contains("not valid", StringComparison.Ordinal))
        {
            throw new InvalidDataException(e.Message + " The option is --encoding.", e);
        }
    }

    /// <summary>The first word: what the model is given to write on from while it learns.</summary>
    public string FirstWord()
    {
        string start = Text[..Math.Min(Text.Length, 1000)];
        string[] words = start.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries);
        return words.Length == 0 || words[0].Length > 20 ? Rune.GetRuneAt(Text, 0).ToString() : words[0];
    }

    /// <summary>A line for each tenth of a download.</summary>
    private sealed class DownloadTenths : IProgress<DownloadProgress>
    {
        private long _shown;

        public void Report(DownloadProgress value)
        {
            long tenths = 10 * value.Bytes / Math.Max(1, value.TotalBytes);
            if (tenths > _shown)
            {
                _shown = tenths;
                Console.WriteLine($"{value.Bytes} of {value.TotalBytes} bytes");
            }
        }
    }
}
