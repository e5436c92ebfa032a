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
    /// <summary>Reads them.</summary>
    /// <param name="place">Where they are.</param>
    /// <param name="cancellation">Ends a download.</param>
    /// <exception cref="IOException">They aren't there.</exception>
    public static LabelledTexts Load(DataSetPlace place, CancellationToken cancellation) =>
        MovieReviews.FindLessonFiles(place.Folder) is { } files
            ? LabelledTexts.ReadLines(files.TextsPath, files.LabelsPath, new() { Classes = ["negative", "positive"] })
            : MovieReviews.Read(place.Find(DataSets.Reviews, "--text", cancellation));
}
