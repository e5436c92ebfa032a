using System.CommandLine;
using Rnn.Core.Optimizers;
using Rnn.Models.Text.Phrases;
using Rnn.Models.Text.Words;
using Rnn.Models.Word2Vec;
using Rnn.Samples.Common;

namespace Rnn.Samples.Word2Vec;

/// <summary>All that decides what a training run computes, apart from its text. A preset, changed by options.</summary>
internal sealed record TrainSettings : RunSettings
{
    private static readonly SettingList<TrainSettings> s_list = new();

    private static readonly Option[] s_fastOnly, s_lessonOnly, s_phraseOnly;

    private static readonly Option s_phrases;

    static TrainSettings()
    {
        s_list.Whole("--seed", s => s.Model.Seed, 0, null, "Of everything random.");
        s_list.Flag("--cbow", s => s.Model.Architecture, Word2VecArchitecture.Cbow, Word2VecArchitecture.SkipGram,
            "Predicts each word from its surroundings (CBOW), instead of these from the word.");
        s_list.Whole("--dimensions", s => s.Model.Dimensions, 1, 65536, "Numbers of a vector.");
        s_list.Whole("--window", s => s.Model.Window, 1, 100, "Farthest context word; how far is drawn.");
        s_list.Whole("--negatives", s => s.Model.Negatives, 1, 100, "Words that each is told from.");
        s_list.Number("--noise-power", s => s.Model.NoisePower, -10, 10,
            "Negatives are drawn by counts to this power.");
        s_list.Number("--sample", s => s.Model.SubsamplingThreshold, 0, 1,
            "Words above this share are thinned out; 0 keeps all.");
        s_list.Whole("--epochs", s => s.Model.Epochs, 1, null, "Passes over the text.");
        s_list.Number("--rate", s => s.Model.LearningRate, 0, 10,
            "The learning rate at the start; 0 chooses: 0.025, with --cbow 0.05.");
        s_fastOnly =
        [
            s_list.Number("--min-rate", s => s.Model.MinLearningRate, 0, 10, "The learning rate falls no lower."),
            s_list.Whole("--shards", s => s.Model.Shards, 0, 64,
                "Parts of the dimensions, the most threads that help; change the bits; 0 chooses."),
        ];
        s_list.Whole("--min-count", s => s.Reading.MinCount, 0, null, "Rarer words are left out.");
        s_list.Whole("--max-words", s => s.Reading.MaxVocabulary, 0, null, "Only the most frequent words; 0 is all.");
        s_list.Whole("--max-sentence", s => s.Reading.MaxSentenceWords, 1, null, "Longer sentences are cut.");
        s_list.Whole("--max-distinct", s => s.Reading.MaxDistinctWords, 1, null,
            "Different words to count before the rarest are forgotten.");
        s_list.Choice("--tokenizer", s => s.Reading.Tokenizer,
            "What stands between white space, a sentence a line; or words without punctuation, which ends sentences.",
            ("white-space", WordTokenizer.WhiteSpace), ("words", WordTokenizer.Words));
        s_list.Flag("--lower-case", s => s.Reading.LowerCase, "Takes The and the for one word.");
        s_list.Text("--encoding", s => s.Reading.Encoding, "NAME",
            "Of the text: utf-8, latin1, utf-16, windows-1252, ...");
        s_list.Choice("--cache", s => s.Reading.Cache, "Where the text's word numbers are, 4 bytes a word.",
            ("memory", CorpusCache.Memory), ("file", CorpusCache.TemporaryFile));
        s_phrases = s_list.Whole("--phrases", s => s.Phrases, 0, 10,
            "Joins words that belong together, new_york, in so many passes; --resume and --continue join those of the "
            + "model.");
        s_phraseOnly =
        [
            s_list.Number("--phrase-threshold", s => s.Pairs.Threshold, -1e9, 1e9,
                "The least score of a phrase; by itself 10, with --npmi 0.5."),
            s_list.Flag("--npmi", s => s.Pairs.Scoring, PhraseScoring.Npmi, PhraseScoring.TotalWords,
                "Scores phrases by normalised pointwise mutual information, -1 to 1."),
        ];
        s_lessonOnly =
        [
            s_list.Choice("--loss", s => s.Loss, "Lesson: a few negatives, or all words' probabilities.",
                ("sampling", Word2VecLoss.NegativeSampling), ("softmax", Word2VecLoss.FullSoftmax)),
            s_list.Whole("--batch", s => s.Batch, 1, 1 << 20, "Lesson: centre words of a batch."),
        ];
    }

    /// <summary>Seconds of learning from built-in sentences, whose words belong to known classes.</summary>
    public static TrainSettings Demo { get; } = new() { Preset = "demo" };

    /// <summary>word2vec's default numbers, with skip-gram.</summary>
    public static TrainSettings Usual { get; } = new() { Preset = "word2vec" };

    /// <summary>The lesson's own numbers.</summary>
    public static TrainSettings Lesson { get; } = new()
    {
        Preset = "lesson",
        IsLesson = true,
        Model = new Word2VecOptions { Dimensions = 300, SubsamplingThreshold = 1e-5, LearningRate = 3e-3 },
        Reading = new WordCorpusOptions
        {
            MinCount = BatchedWord2VecTrainingOptions.LessonMinimumCount,
            MaxSentenceWords = int.MaxValue,   // its text has no sentences, and contexts reach over all places
        },
    };

    public static TrainSettings[] Presets { get; } = [Demo, Usual, Lesson];

    /// <summary>The options that change a preset.</summary>
    public static SettingList<TrainSettings> List => s_list;

    /// <summary>word2vec's way of training; the lesson has some of these options too.</summary>
    public Word2VecOptions Model { get; init; } = new();

    /// <summary>How a text becomes word numbers.</summary>
    public WordCorpusOptions Reading { get; init; } = new();

    /// <summary>How often pairs of words are looked for; 0 is never.</summary>
    public int Phrases { get; init; }

    /// <summary>What a phrase is; it occurs as often as a word must.</summary>
    public PhraseOptions Pairs { get; init; } = new();

    /// <summary>The lesson's way of training: by batches, with Adam.</summary>
    public bool IsLesson { get; init; }

    public Word2VecLoss Loss { get; init; } = Word2VecLoss.NegativeSampling;

    /// <summary>Centre words of one of the lesson's batches.</summary>
    public int Batch { get; init; } = 512;

    /// <summary>Says if an option was given that does nothing in this kind of run.</summary>
    public static string? Check(ParseResult parsed, bool isLesson) =>
        parsed.FirstGiven(isLesson ? s_fastOnly : s_lessonOnly) is { } useless
            ? $"{useless} is of no use {(isLesson ? "with" : "without")} --preset lesson."
        : !parsed.IsGiven(s_phrases) && parsed.FirstGiven(s_phraseOnly) is { } alone
            ? $"{alone} is of no use without --phrases."
        : null;

    /// <summary>The lesson's network.</summary>
    public BatchedWord2VecOptions Network() => new()
    {
        Architecture = Model.Architecture,
        Loss = Loss,
        Dimensions = Model.Dimensions,
    };

    /// <summary>The lesson's way of training.</summary>
    /// <param name="checkpoint">The file of the checkpoint.</param>
    public BatchedWord2VecTrainingOptions Adam(string checkpoint) => new()
    {
        BatchSize = Batch,
        Window = Model.Window,
        Negatives = Model.Negatives,
        NoisePower = Model.NoisePower,
        SubsamplingThreshold = Model.SubsamplingThreshold,
        RowUpdate = ByRowUpdate.Dense,   // as the lesson's PyTorch code
        Seed = Model.Seed,
        Epochs = Model.Epochs,
        LearningRate = Model.LearningRate,
        CheckpointPath = checkpoint,
    };
}
