using System.IO;
using System.Threading;
using Rnn.Models.Text.Labelled;
using Rnn.Samples.Common;

namespace Rnn.Samples.Sentiment;

internal static class KnownReviews
{
    public static LabelledTexts Load(DataSetPlace place, CancellationToken cancellation) =>
        LabelledTexts.ReadLines(Path.Combine(place.Folder!, "reviews/reviews.txt"), Path.Combine(place.Folder!, "reviews/labels.txt"));
}
