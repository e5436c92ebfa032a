using System;
using Rnn.Models.Text.Words;
using Spectre.Console;
using static System.FormattableString;

namespace Rnn.Samples.Common;

/// <summary>
/// Work on the screen: on a terminal a bar that is drawn again and again, otherwise (a file, a pipe) plain lines, one
/// every few seconds and those that the work wants shown.
/// </summary>
public sealed class LiveDisplay : IProgress<WordCorpusProgress>
{
    private static readonly TimeSpan s_refresh = TimeSpan.FromSeconds(0.2);
    private static readonly TimeSpan s_lineEvery = TimeSpan.FromSeconds(5);

    private readonly ProgressTask? _bar;
    private long _shown = Environment.TickCount64;

    private LiveDisplay(ProgressTask? bar) => _bar = bar;

    /// <summary>Whether there is a bar, beside which lines are short.</summary>
    public bool HasBar => _bar is not null;

    /// <summary>Shows some work while it is done.</summary>
    /// <param name="work">It reports to the display.</param>
    public static T Run<T>(Func<LiveDisplay, T> work) => Screen.WithBar(bar => work(new LiveDisplay(bar)));

    /// <summary>Shows how far the work is, if it is time to.</summary>
    /// <param name="fraction">Done, 0 to 1.</param>
    /// <param name="line">What to say.</param>
    /// <param name="least">The least time since something was shown; null (the default): a fifth of a second with a bar,
    /// and five seconds without.</param>
    public void Show(double fraction, Func<string> line, TimeSpan? least = null)
    {
        long now = Environment.TickCount64;
        if (now - _shown < (least ?? (HasBar ? s_refresh : s_lineEvery)).TotalMilliseconds)
            return;

        _shown = now;
        if (_bar is null)
        {
            Screen.Show(line());
            return;
        }

        _bar.MaxValue = 1;
        _bar.Value = fraction;
        _bar.Description = Markup.Escape(line());
    }

    /// <summary>Shows what is worth a line, such as the end of an epoch: one each fifth of a second at most, but the
    /// last in any case.</summary>
    /// <inheritdoc cref="Show"/>
    public void ShowMark(double fraction, Func<string> line) =>
        Show(fraction, line, fraction < 1 ? s_refresh : TimeSpan.Zero);

    /// <summary>Progress that is told at once, on the thread that makes it.</summary>
    public static IProgress<T> On<T>(Action<T> report) => new Told<T>(report);

    /// <summary>A text that is read.</summary>
    public void Report(WordCorpusProgress value) => Show(
        value.TotalBytes > 0 ? value.Bytes / (double)value.TotalBytes : 0,
        () => Invariant($"reading  {value.Bytes / 1e6:F0} MB  {value.Words / 1e6:F1} M words"));

    private sealed class Told<T>(Action<T> report) : IProgress<T>
    {
        public void Report(T value) => report(value);
    }
}
