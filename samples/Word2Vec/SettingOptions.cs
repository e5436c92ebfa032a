using System.CommandLine;
using Rnn.Models.Text.Words;
using Rnn.Models.Word2Vec;
using Rnn.Samples.Common;
using static Rnn.Samples.Common.NumberOptions;

namespace Rnn.Samples.Word2Vec;

/// <summary>The options that change a preset.</summary>
internal sealed class SettingOptions
{
    private readonly SettingList<TrainSettings> _all = new();
    private readonly Option[] _fastOnly;
    private readonly Option[] _lessonOnly;
    private readonly Option[] _phraseOnly;
    private readonly Option _phrases;

    public SettingOptions()
    {
        _all.Add(WholeLong("--seed", "Of everything random.", 0),
            s => (long)s.Seed, (s, value) => s with { Seed = (ulong)value });
        _all.Add(Flag("--cbow", "Predicts each word from its surroundings (CBOW), instead of these from the word."),
            s => s.Architecture == Word2VecArchitecture.Cbow, (s, value) => s with
            {
                Architecture = value ? Word2VecArchitecture.Cbow : Word2VecArchitecture.SkipGram,
            });
        _all.Add(Whole("--dimensions", "Numbers of a vector.", 1, 65536),
            s => s.Dimensions, (s, value) => s with { Dimensions = value });
        _all.Add(Whole("--window", "Farthest context word; how far is drawn.", 1, 100),
            s => s.Window, (s, value) => s with { Window = value });
        _all.Add(Whole("--negatives", "Words that each is told from.", 1, 100),
            s => s.Negatives, (s, value) => s with { Negatives = value });
        _all.Add(Number("--noise-power", "Negatives are drawn by counts to this power.", -10, 10),
            s => s.NoisePower, (s, value) => s with { NoisePower = value });
        _all.Add(Number("--sample", "Words above this share are thinned out; 0 keeps all.", 0, 1),
            s => s.Sample, (s, value) => s with { Sample = value });
        _all.Add(Whole("--epochs", "Passes over the text.", 1),
            s => s.Epochs, (s, value) => s with { Epochs = value });
        _all.Add(Number("--rate", "The learning rate at the start; 0 chooses: 0.025, with --cbow 0.05.", 0, 10),
            s => s.Rate, (s, value) => s with { Rate = value });
        _fastOnly =
        [
            _all.Add(Number("--min-rate", "The learning rate falls no lower.", 0, 10),
                s => s.MinRate, (s, value) => s with { MinRate = value }),
            _all.Add(Whole("--shards",
                "Parts of the dimensions, the most threads that help; change the bits; 0 chooses.", 0, 64),
                s => s.Shards, (s, value) => s with { Shards = value }),
        ];
        _all.Add(WholeLong("--min-count", "Rarer words are left out.", 0),
            s => s.MinCount, (s, value) => s with { MinCount = value });
        _all.Add(Whole("--max-words", "Only the most frequent words; 0 is all.", 0),
            s => s.MaxWords, (s, value) => s with { MaxWords = value });
        _all.Add(Whole("--max-sentence", "Longer sentences are cut.", 1),
            s => s.MaxSentence, (s, value) => s with { MaxSentence = value });
        _all.Add(Whole("--max-distinct", "Different words to count before the rarest are forgotten.", 1),
            s => s.MaxDistinct, (s, value) => s with { MaxDistinct = value });
        _all.Add(Choice("--tokenizer",
            "What stands between white space, a sentence a line; or words without punctuation, which ends sentences.",
            "white-space", "words"),
            s => s.Tokenizer == WordTokenizer.Words ? "words" : "white-space", (s, value) => s with
            {
                Tokenizer = value == "words" ? WordTokenizer.Words : WordTokenizer.WhiteSpace,
            });
        _all.Add(Flag("--lower-case", "Takes The and the for one word."),
            s => s.LowerCase, (s, value) => s with { LowerCase = value });
        _all.Add(new Option<string?>("--encoding")
        {
            Description = "Of the text: utf-8, latin1, utf-16, windows-1252, ...",
            HelpName = "NAME",
        }, s => s.Encoding, (s, value) => s with { Encoding = value });
        _all.Add(Choice("--cache", "Where the text's word numbers are, 4 bytes a word.", "memory", "file"),
            s => s.Cache == CorpusCache.Memory ? "memory" : "file", (s, value) => s with
            {
                Cache = value == "file" ? CorpusCache.TemporaryFile : CorpusCache.Memory,
            });
        _phrases = _all.Add(Whole("--phrases",
            "Joins words that belong together, new_york, in so many passes; --resume and --continue join those of the "
            + "model.", 0, 10),
            s => s.Phrases, (s, value) => s with { Phrases = value });
        _phraseOnly =
        [
            _all.Add(Number("--phrase-threshold", "The least score of a phrase; by itself 10, with --npmi 0.5.", -1e9,
                1e9),
                s => s.PhraseThreshold ?? double.NaN, (s, value) => s with { PhraseThreshold = value }),
            _all.Add(Flag("--npmi", "Scores phrases by normalised pointwise mutual information, -1 to 1."),
                s => s.Npmi, (s, value) => s with { Npmi = value }),
        ];
        _lessonOnly =
        [
            _all.Add(Choice("--loss", "Lesson: a few negatives, or all words' probabilities.", "sampling", "softmax"),
                s => s.Loss == Word2VecLoss.FullSoftmax ? "softmax" : "sampling", (s, value) => s with
                {
                    Loss = value == "softmax" ? Word2VecLoss.FullSoftmax : Word2VecLoss.NegativeSampling,
                }),
            _all.Add(Whole("--batch", "Lesson: centre words of a batch.", 1, 1 << 20),
                s => s.Batch, (s, value) => s with { Batch = value }),
        ];
    }

    /// <summary>What each preset sets, as a table.</summary>
    public string PresetTable => _all.Table(Presets.Named);

    public void AddTo(Command command) => _all.AddTo(command);

    /// <summary>A preset with what the command line says instead.</summary>
    public TrainSettings Apply(ParseResult parsed, TrainSettings settings) => _all.Apply(parsed, settings);

    /// <summary>What the command line asks of a run that goes on, and that run does otherwise.</summary>
    public string? Difference(ParseResult parsed, TrainSettings there)
    {
        foreach ((string name, string before, string now) in _all.Differences(parsed, there))
            return $"{name} was {before} there and is {now} now";

        return null;
    }

    /// <summary>Says if an option was given that does nothing in this kind of run.</summary>
    public string? Check(ParseResult parsed, bool isLesson)
    {
        foreach (Option option in isLesson ? _fastOnly : _lessonOnly)
        {
            if (IsGiven(parsed, option))
                return $"{option.Name} is of no use {(isLesson ? "with" : "without")} --preset lesson.";
        }

        foreach (Option option in _phraseOnly)
        {
            if (IsGiven(parsed, option) && !IsGiven(parsed, _phrases))
                return $"{option.Name} is of no use without --phrases.";
        }

        return null;
    }

    private static bool IsGiven(ParseResult parsed, Option option) =>
        parsed.GetResult(option) is { Implicit: false };

    private static Option<bool> Flag(string name, string description) => new(name) { Description = description };
}
