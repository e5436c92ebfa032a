using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using Rnn.Models.Embeddings;
using Rnn.Models.Text.Words;
using Rnn.Models.Training;
using Rnn.Models.Word2Vec;
using Rnn.Samples.Common;

namespace Rnn.Samples.Word2Vec;

/// <summary>
/// Training as the lesson does it: batches of centre words, Adam, and now and then a look at some words' neighbours.
/// </summary>
internal sealed class LessonRun : IProgress<TrainingReport>
{
    private const int Words = 16;

    private readonly WordVocabulary _vocabulary;
    private readonly WordFiles _files;
    private readonly LossTable _losses;
    private readonly Trainer<WordBatch> _trainer;
    private readonly ValidationWords _words;
    private readonly int _showEvery;
    private readonly SortedDictionary<int, double> _epochLosses = [];
    private RunDisplay? _display;

    /// <summary>A run from the beginning, or from the folder's checkpoint.</summary>
    public LessonRun(WordCorpus corpus, TrainArguments arguments, WordFiles files)
    {
        TrainSettings settings = arguments.Settings;
        _vocabulary = corpus.Vocabulary;
        _files = files;
        _showEvery = arguments.ShowEvery;
        _words = new ValidationWords(_vocabulary.Words, Words, settings.Seed);
        if (corpus.Length > Array.MaxLength)
        {
            throw new InvalidDataException($"The lesson's way of training holds the text in memory, at most "
                + $"{Array.MaxLength} words and sentence ends; this one has {corpus.Length}. Train without --preset "
                + $"lesson.");
        }

        int[] ids = new int[corpus.Length];
        corpus.Read(0, ids);
        Network = new BatchedWord2Vec(_vocabulary.Count, settings.Network(), settings.Seed);
        _trainer = Network.CreateTrainer(ids, _vocabulary.Counts, settings.Adam(files.Checkpoint));
        if (arguments.Resume)
        {
            _trainer.Resume(files.Checkpoint);
            Console.WriteLine($"Resumed after step {_trainer.Step} from {files.Checkpoint}");
        }

        _losses = new LossTable(files.Folder, _trainer.Step / (double)_trainer.TotalSteps);
    }

    public BatchedWord2Vec Network { get; }

    /// <summary>Mean loss of each epoch that this process ended, from the first it saw.</summary>
    public IReadOnlyList<double> EpochLosses => [.. _epochLosses.Values];

    /// <summary>The table of the run.</summary>
    public LossTable Losses => _losses;

    /// <summary>Of training, over all resumptions.</summary>
    public double Seconds => _losses.Seconds;

    /// <summary>Trains to the end or until it is interrupted, and saves.</summary>
    public TrainingResult Train(CancellationToken interruption)
    {
        TrainingResult result = RunDisplay.Run(display =>
        {
            _display = display;
            return _trainer.Run(this, interruption);
        });
        _losses.Save();
        _files.SaveVectors(_vocabulary.Words, Network.Options.Dimensions,
            (row, vector) => Network.Vectors.Row(row).CopyTo(vector));
        return result;
    }

    /// <inheritdoc/>
    public void Report(TrainingReport value)
    {
        _losses.Report(value);
        _display!.Report(value);
        if (value.Event == TrainingEvent.Step)
            _epochLosses[value.Epoch] = value.EpochLoss;

        if (value.Event == TrainingEvent.Checkpoint)
            _losses.Save();
        else if (value.Event == TrainingEvent.Step && (value.Step % _showEvery == 0 || value.Step == value.TotalSteps))
            Screen.Show($"\nAfter step {value.Step}, loss {value.EpochLoss:F4}\n{Neighbours()}\n");
    }

    private string Neighbours()
    {
        float[] table = Network.Vectors.Span.ToArray();
        return _words.Table(new WordVectors(_vocabulary.Words, table, Network.Options.Dimensions));
    }
}
