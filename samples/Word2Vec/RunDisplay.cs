using System;
using System.Diagnostics;
using Rnn.Models.Embeddings.Projection;
using Rnn.Models.Text.Words;
using Rnn.Models.Training;
using Rnn.Models.Word2Vec;
using Rnn.Samples.Common;
using Spectre.Console;
using static System.FormattableString;

namespace Rnn.Samples.Word2Vec;

/// <summary>
/// Work on the screen: on a terminal a bar that is drawn again and again, otherwise (a file, a pipe) plain lines, one
/// every few seconds and one an epoch.
/// </summary>
internal sealed class RunDisplay : IProgress<Word2VecProgress>, IProgress<WordCorpusProgress>,
    IProgress<TrainingReport>, IProgress<TSneProgress>
{
    private static readonly TimeSpan s_refresh = TimeSpan.FromSeconds(0.2);
    private static readonly TimeSpan s_lineEvery = TimeSpan.FromSeconds(5);

    private readonly Stopwatch _sinceShown = Stopwatch.StartNew();
    private readonly ProgressTask? _bar;

    private RunDisplay(ProgressTask? bar) => _bar = bar;

    /// <summary>Shows some work while it is done.</summary>
    /// <param name="work">It reports to the display.</param>
    public static T Run<T>(Func<RunDisplay, T> work) => Screen.WithBar(bar => work(new RunDisplay(bar)));

    /// <inheritdoc/>
    public void Report(WordCorpusProgress value) => Show(value.TotalBytes > 0
        ? value.Bytes / (double)value.TotalBytes
        : 0, false, () => Invariant($"reading  {value.Bytes / 1e6:F0} MB  {value.Words / 1e6:F1} M words"));

    /// <inheritdoc/>
    public void Report(Word2VecProgress value) => Show(value.Fraction, value.IsEpochEnd, () =>
        Invariant($"epoch {value.Epoch}/{value.Epochs}  loss {value.Loss:F4}  rate {value.LearningRate:F4}")
        + Invariant($"  {value.RawWordsPerSecond / 1000:F0}k words/s  {value.Remaining:h\\:mm\\:ss} left"));

    /// <inheritdoc/>
    public void Report(TrainingReport value)
    {
        if (value.Event == TrainingEvent.Step)
        {
            Show(value.Step / (double)value.TotalSteps, value.Step == value.TotalSteps, () =>
                Invariant($"epoch {value.Epoch}/{value.TotalEpochs}  loss {value.EpochLoss:F4}  rate ")
                + Invariant($"{value.LearningRate:F4}  {value.ItemsPerSecond / 1000:F0}k pairs/s  ")
                + Invariant($"{value.Remaining:h\\:mm\\:ss} left"));
        }
    }

    /// <inheritdoc/>
    public void Report(TSneProgress value) => Show(value.Iteration / (double)value.Iterations, false, () =>
        Invariant($"t-SNE  step {value.Iteration}/{value.Iterations}  divergence {value.Divergence:F4}"));

    private void Show(double fraction, bool isDue, Func<string> line)
    {
        TimeSpan least = _bar is null && !isDue ? s_lineEvery : s_refresh;
        if (_sinceShown.Elapsed < least && !(isDue && fraction >= 1))
            return;

        _sinceShown.Restart();
        if (_bar is null)
        {
            Screen.Show(line());
            return;
        }

        _bar.MaxValue = 1;
        _bar.Value = fraction;
        _bar.Description = Markup.Escape(line());
    }
}
