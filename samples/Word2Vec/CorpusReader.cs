using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using Rnn.Models.Text.Phrases;
using Rnn.Models.Text.Words;
using Rnn.Samples.Common;

namespace Rnn.Samples.Word2Vec;

/// <summary>Reads a text into word numbers, its phrases joined, and knows how long that took.</summary>
/// <param name="text">What is read.</param>
/// <param name="settings">How.</param>
/// <param name="known">The phrases to join, pass by pass; if there are none, the settings say whether to look for
/// some.</param>
/// <param name="cancellation">Stops the reading.</param>
internal sealed class CorpusReader(TextSource text, TrainSettings settings, IReadOnlyList<PhraseModel> known,
    CancellationToken cancellation)
{
    private readonly Stopwatch _watch = new();

    /// <summary>The phrases that were joined, pass by pass.</summary>
    public IReadOnlyList<PhraseModel> Phrases { get; private set; } = [];

    /// <summary>Time of all readings so far.</summary>
    public TimeSpan Elapsed => _watch.Elapsed;

    /// <summary>Reads the text, once.</summary>
    /// <param name="vocabulary">The words to know; null makes them from the text.</param>
    public WordCorpus Read(WordVocabulary? vocabulary = null)
    {
        _watch.Start();
        try
        {
            WordCorpusOptions options = settings.Reading with { Vocabulary = vocabulary };
            return settings.Phrases == 0 && known.Count == 0 ? Read(options) : ReadPhrases(options);
        }
        finally
        {
            _watch.Stop();
        }
    }

    private WordCorpus Read(WordCorpusOptions options) =>
        LiveDisplay.Run(display => text.Read(options, display, cancellation));

    // Rare words stay until the last pass: without them others would seem to be neighbours.
    private WordCorpus ReadPhrases(WordCorpusOptions options)
    {
        WordCorpusOptions all = options with { MinCount = 1, MaxVocabulary = 0, Vocabulary = null };
        WordCorpus corpus = Read(all);
        bool isNew = known.Count == 0;
        int passes = isNew ? settings.Phrases : known.Count;
        List<PhraseModel> used = [];
        for (int pass = 1; pass <= passes; pass++)
        {
            using WordCorpus before = corpus;
            PhraseModel phrases = isNew
                ? PhraseModel.Learn(before, settings.Pairs with { MinCount = Math.Max(1, settings.Reading.MinCount) },
                    cancellation)
                : known[pass - 1];
            used.Add(phrases);
            string examples = string.Join(", ", phrases.Phrases.OrderByDescending(one => one.Count).Take(5)
                .Select(one => one.Joined));
            Screen.Show($"Phrases: {phrases.Phrases.Count} in pass {pass}{(isNew ? "" : ", those of the model")}"
                + (examples.Length > 0 ? $", such as {examples}." : "."));
            corpus = phrases.Apply(before, pass == passes ? options : all, cancellation);
        }

        Phrases = used;
        return corpus;
    }
}
