using System.IO;
using System.Threading;
using Rnn.Models.Data;
using Rnn.Models.Text.Labelled;
using Rnn.Samples.Common;

namespace Rnn.Samples.Sentiment;

/// <summary>The 25,000 reviews of the lesson, in its order: its two files where they are, or else those of the archive that
/// they come from.</summary>
internal static class KnownReviews
{
    private const int Count = 25_000;

    /// <summary>Reads them.</summary>
    /// <param name="place">Where they are.</param>
    /// <param name="cancellation">Ends a download.</param>
    /// <returns>What they are, with their file, and the texts.</returns>
    /// <exception cref="IOException">They aren't there, or the files are others.</exception>
    public static (string Name, LabelledTexts Texts) Load(DataSetPlace place, CancellationToken cancellation)
    {
        (string path, LabelledTexts texts) = Read(place, cancellation);
        return texts.Count == Count
            ? ($"the movie reviews of Maas et al. 2011 ('{path}')", texts)
            : throw new InvalidDataException($"'{path}' has {texts.Count} texts; the movie reviews are {Count}. Name the folder of "
                + "those with --data, or texts of your own with --text.");
    }

    private static (string Path, LabelledTexts Texts) Read(DataSetPlace place, CancellationToken cancellation)
    {
        if (MovieReviews.FindLessonFiles(place.Folder) is { } files)
        {
            LabelledTextsOptions options = new() { Classes = ["negative", "positive"] };
            return (files.TextsPath, LabelledTexts.ReadLines(files.TextsPath, files.LabelsPath, options));
        }

        string archive = place.Find(DataSets.Reviews, "--text", cancellation);
        return (archive, MovieReviews.Read(archive));
    }
}
