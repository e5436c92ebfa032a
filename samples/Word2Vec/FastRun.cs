using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using Rnn.Models.Text.Phrases;
using Rnn.Models.Text.Words;
using Rnn.Models.Word2Vec;
using Rnn.Samples.Common;
using static System.FormattableString;

namespace Rnn.Samples.Word2Vec;

/// <summary>Training as word2vec does it, saved every few minutes.</summary>
/// <param name="Corpus">The text, by the model's words.</param>
/// <param name="Model">What is trained.</param>
/// <param name="Phrases">What was joined in the text.</param>
internal sealed record FastRun(WordCorpus Corpus, Word2VecModel Model, IReadOnlyList<PhraseModel> Phrases)
    : IDisposable
{
    private static readonly TimeSpan s_saveEvery = TimeSpan.FromMinutes(10);

    /// <summary>How long it took to make the model.</summary>
    public TimeSpan Setup { get; init; }

    /// <summary>Whether the model was trained to the end before: what else the run writes is all that is left.</summary>
    public bool IsDone { get; private init; }

    /// <summary>
    /// A new model of the text's words; or that of an interrupted run; or a finished model with the text's new words.
    /// </summary>
    public static FastRun Start(TrainArguments arguments, CorpusReader reader, WordFiles files)
    {
        if (arguments.Resume)
        {
            Word2VecModel there = files.LoadInterrupted(arguments);
            return new FastRun(reader.Read(there.Vocabulary), there, reader.Phrases) { IsDone = !there.IsTraining };
        }

        if (arguments.Continue is not { } path)
        {
            WordCorpus corpus = reader.Read();
            Stopwatch watch = Stopwatch.StartNew();
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);   // what counting took; the tables follow
            Word2VecModel fresh = new(corpus.Vocabulary, arguments.Settings.Model, reader.Phrases);
            return new FastRun(corpus, fresh, reader.Phrases)
            {
                Setup = watch.Elapsed,
            };
        }

        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no model '{path}' to continue.");

        Word2VecModel finished = Word2VecModel.Load(path);
        if (finished.IsTraining)
        {
            throw new InvalidDataException(
                $"The run of '{path}' was interrupted: finish it first, with --resume and the options of its run.");
        }

        if (arguments.Files.FirstOrDefault(IsPipe) is { } file)
        {
            throw new InvalidDataException($"--continue reads the text twice, and '{file}' is a pipe, which can be "
                + $"read once: save it as a file first.");
        }

        WordVocabulary words;
        using (WordCorpus alone = reader.Read())
        {
            words = alone.Vocabulary;
        }

        // Read once more, since a word that is rare here may be one that the model knows.
        TrainSettings settings = arguments.Apply(arguments.Settings with { Model = finished.Options });
        Word2VecModel model = finished.WithWords(words, settings.Model);
        int added = model.Vocabulary.Count - finished.Vocabulary.Count;
        Screen.Show($"Continues {path}: {finished.Vocabulary.Count} words, and {added} new ones.");
        return new FastRun(reader.Read(model.Vocabulary), model, reader.Phrases);
    }

    private static bool IsPipe(string file)
    {
        if (!File.Exists(file))
            return false;

        using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        return !stream.CanSeek;
    }

    /// <summary>Trains to the end or until it is interrupted, and saves.</summary>
    public Word2VecResult Train(WordFiles files, LossTable losses, CancellationToken interruption)
    {
        if (IsDone)
        {
            Screen.Show($"The run of '{files.Model}' is done; what it wrote beside the model is written again.");
            files.Save(Model);
            return new Word2VecResult
            {
                IsComplete = true,
                EpochLosses = Model.EpochLosses,
                RawWords = 0,
                Elapsed = TimeSpan.Zero,
            };
        }

        long words = 0;
        Stopwatch watch = Stopwatch.StartNew();
        while (true)
        {
            using CancellationTokenSource pause = CancellationTokenSource.CreateLinkedTokenSource(interruption);
            pause.CancelAfter(s_saveEvery);
            Word2VecResult result = LiveDisplay.Run(display =>
            {
                IProgress<Word2VecProgress> progress = LiveDisplay.On<Word2VecProgress>(now =>
                {
                    losses.Report(now);
                    Show(display, now);
                });
                return Model.Train(Corpus, progress, pause.Token);
            });
            words += result.RawWords;
            TimeSpan elapsed = watch.Elapsed;
            files.Save(Model);
            losses.Save();
            losses.Rest();
            if (result.IsComplete || interruption.IsCancellationRequested)
                return result with { RawWords = words, Elapsed = elapsed };
        }
    }

    public void Dispose() => Corpus.Dispose();

    private static void Show(LiveDisplay display, Word2VecProgress now)
    {
        string Line() =>
            Invariant($"epoch {now.Epoch}/{now.Epochs}  loss {now.Loss:F4}  rate {now.LearningRate:F4}")
            + Invariant($"  {now.RawWordsPerSecond / 1000:F0}k words/s  {now.Remaining:h\\:mm\\:ss} left");
        if (now.IsEpochEnd)
            display.ShowMark(now.Fraction, Line);
        else
            display.Show(now.Fraction, Line);
    }
}
