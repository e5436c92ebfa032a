using System;
using Rnn.Core.Optimizers;
using Rnn.Models.Text.Phrases;
using Rnn.Models.Text.Words;
using Rnn.Models.Word2Vec;

namespace Rnn.Samples.Word2Vec;

/// <summary>All that decides what a training run computes, apart from its text. A preset, changed by options.</summary>
internal sealed record TrainSettings
{
    public required string Preset { get; init; }

    public ulong Seed { get; init; } = 1;

    public Word2VecArchitecture Architecture { get; init; } = Word2VecArchitecture.SkipGram;

    public int Dimensions { get; init; } = 100;

    public int Window { get; init; } = 5;

    public int Negatives { get; init; } = 5;

    public double NoisePower { get; init; } = 0.75;

    /// <summary>Words more frequent than this are thinned out; 0 keeps all.</summary>
    public double Sample { get; init; } = 1e-3;

    public int Epochs { get; init; } = 5;

    /// <summary>0 chooses by architecture.</summary>
    public double Rate { get; init; }

    public double MinRate { get; init; } = 1e-4;

    public int Shards { get; init; }

    public long MinCount { get; init; } = 5;

    public int MaxWords { get; init; }

    public int MaxSentence { get; init; } = 1000;

    public int MaxDistinct { get; init; } = 20_000_000;

    public WordTokenizer Tokenizer { get; init; } = WordTokenizer.WhiteSpace;

    public bool LowerCase { get; init; }

    public string Encoding { get; init; } = "utf-8";

    public CorpusCache Cache { get; init; } = CorpusCache.Memory;

    /// <summary>How often pairs of words are looked for; 0 is never.</summary>
    public int Phrases { get; init; }

    /// <summary>Null chooses by score.</summary>
    public double? PhraseThreshold { get; init; }

    public bool Npmi { get; init; }

    /// <summary>The lesson's way of training: by batches, with Adam.</summary>
    public bool IsLesson { get; init; }

    public Word2VecLoss Loss { get; init; } = Word2VecLoss.NegativeSampling;

    /// <summary>Centre words of one of the lesson's batches.</summary>
    public int Batch { get; init; } = 512;

    /// <summary>These settings, training as a model did.</summary>
    public TrainSettings As(Word2VecOptions model) => this with
    {
        Seed = model.Seed,
        Architecture = model.Architecture,
        Dimensions = model.Dimensions,
        Window = model.Window,
        Negatives = model.Negatives,
        NoisePower = model.NoisePower,
        Sample = model.SubsamplingThreshold,
        Epochs = model.Epochs,
        Rate = model.LearningRate,
        MinRate = model.MinLearningRate,
        Shards = model.Shards,
    };

    /// <summary>How a text becomes word numbers.</summary>
    public WordCorpusOptions Reading(WordVocabulary? vocabulary = null) => new()
    {
        MinCount = MinCount,
        MaxVocabulary = MaxWords,
        MaxSentenceWords = MaxSentence,
        MaxDistinctWords = MaxDistinct,
        Tokenizer = Tokenizer,
        LowerCase = LowerCase,
        Encoding = Encoding,
        Cache = Cache,
        Vocabulary = vocabulary,
    };

    /// <summary>What a phrase is.</summary>
    public PhraseOptions Pairs() => new()
    {
        MinCount = Math.Max(1, MinCount),
        Scoring = Npmi ? PhraseScoring.Npmi : PhraseScoring.TotalWords,
        Threshold = PhraseThreshold,
    };

    /// <summary>word2vec's way of training.</summary>
    public Word2VecOptions Model() => new()
    {
        Architecture = Architecture,
        Dimensions = Dimensions,
        Window = Window,
        Negatives = Negatives,
        NoisePower = NoisePower,
        SubsamplingThreshold = Sample,
        Epochs = Epochs,
        LearningRate = Rate,
        MinLearningRate = MinRate,
        Shards = Shards,
        Seed = Seed,
    };

    /// <summary>The lesson's network.</summary>
    public BatchedWord2VecOptions Network() => new()
    {
        Architecture = Architecture,
        Loss = Loss,
        Dimensions = Dimensions,
    };

    /// <summary>The lesson's way of training.</summary>
    /// <param name="checkpoint">The file of the checkpoint.</param>
    public BatchedWord2VecTrainingOptions Adam(string checkpoint) => new()
    {
        BatchSize = Batch,
        Window = Window,
        Negatives = Negatives,
        NoisePower = NoisePower,
        SubsamplingThreshold = Sample,
        RowUpdate = ByRowUpdate.Dense,   // as the lesson's PyTorch code
        Seed = Seed,
        Epochs = Epochs,
        LearningRate = Rate,
        CheckpointPath = checkpoint,
    };
}
