using System.CommandLine;
using System.CommandLine.Parsing;
using Rnn.Models.Text;
using Rnn.Models.Word2Vec;
using static Rnn.Samples.Common.NumberOptions;

namespace Rnn.Samples.Word2Vec;

/// <summary>The options that change a preset.</summary>
internal sealed class SettingOptions
{
    private readonly Option<bool> _cbow = new("--cbow")
    {
        Description = "Predicts each word from its surroundings (CBOW), instead of these from the word (skip-gram).",
    };

    private readonly Option<int?> _dimensions =
        Whole("--dimensions", "Numbers of a vector [default: 100, lesson 300].", 1, 65536);
    private readonly Option<int?> _window =
        Whole("--window", "Farthest context word; how far is drawn [default: 5].", 1, 100);
    private readonly Option<int?> _negatives =
        Whole("--negatives", "Words that each is told from [default: 5].", 1, 100);
    private readonly Option<double?> _noise =
        Number("--noise-power", "Negatives are drawn by counts to this power [default: 0.75].", -10, 10);

    private readonly Option<double?> _sample =
        Number("--sample", "Words above this share are thinned out; 0 keeps all [default: 1e-3, lesson 1e-5].", 0, 1);

    private readonly Option<int?> _epochs = Whole("--epochs", "Passes over the text [default: 5].", 1);
    private readonly Option<double?> _rate =
        Number("--rate",
            "The learning rate at the start; 0 is the default [default: 0.025, with --cbow 0.05, lesson 3e-3].", 0, 10);

    private readonly Option<double?> _minRate =
        Number("--min-rate", "The learning rate falls no lower [default: 1e-4].", 0, 10);
    private readonly Option<int?> _shards =
        Whole("--shards",
            "Parts of the dimensions, the most threads that help; change the bits; 0 chooses [default: 0].", 0, 64);

    private readonly Option<long?> _minCount =
        WholeLong("--min-count", "Rarer words are left out [default: 5, lesson 6].", 0);
    private readonly Option<int?> _maxWords =
        Whole("--max-words", "Only the most frequent words; 0 is all [default: 0].", 0);
    private readonly Option<int?> _maxSentence =
        Whole("--max-sentence", "Longer sentences are cut [default: 1000, lesson never].", 1);
    private readonly Option<int?> _maxDistinct =
        Whole("--max-distinct", "Different words to count before the rarest are forgotten [default: 20 million].", 1);

    private readonly Option<bool> _lowerCase = new("--lower-case") { Description = "Takes The and the for one word." };
    private readonly Option<string?> _cache =
        Choice("--cache", "Where the text's word numbers are, 4 bytes a word [default: memory].", "memory", "file");

    private readonly Option<int?> _phrases =
        Whole("--phrases",
            "Joins words that belong together, new_york, in so many passes; --resume and --continue join those of "
            + "the model [default: 0].", 0, 10);

    private readonly Option<double?> _phraseThreshold =
        Number("--phrase-threshold", "The least score of a phrase [default: 10, with --npmi 0.5].", -1e9, 1e9);

    private readonly Option<bool> _npmi = new("--npmi")
    {
        Description = "Scores phrases by normalised pointwise mutual information, -1 to 1.",
    };

    private readonly Option<string?> _loss =
        Choice("--loss", "Lesson: a few negatives, or all words' probabilities [default: sampling].", "sampling",
            "softmax");

    private readonly Option<int?> _batch =
        Whole("--batch", "Lesson: centre words of a batch [default: 512].", 1, 1 << 20);

    private readonly Option<long?> _seed = WholeLong("--seed", "Of everything random [default: 1].", 0);

    private Option[] Both =>
    [
        _seed, _cbow, _dimensions, _window, _negatives, _noise, _sample, _epochs, _rate, _minCount, _maxWords,
        _maxSentence, _maxDistinct, _lowerCase, _cache, _phrases, _phraseThreshold, _npmi,
    ];

    private Option[] FastOnly => [_minRate, _shards];

    private Option[] LessonOnly => [_loss, _batch];

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[.. Both, .. FastOnly, .. LessonOnly])
        {
            command.Add(option);
        }
    }

    /// <summary>Says if an option was given that does nothing in this kind of run.</summary>
    public void Check(CommandResult result, bool isLesson)
    {
        foreach (Option option in isLesson ? FastOnly : LessonOnly)
        {
            if (result.GetResult(option) is not null)
            {
                result.AddError($"{option.Name} is of no use {(isLesson ? "with" : "without")} --preset lesson.");
            }
        }

        foreach (Option option in (Option[])[_phraseThreshold, _npmi])
        {
            if (result.GetResult(option) is not null && result.GetResult(_phrases) is null)
            {
                result.AddError($"{option.Name} is of no use without --phrases.");
            }
        }
    }

    /// <summary>A preset with what the command line says instead.</summary>
    public TrainSettings Apply(ParseResult parsed, TrainSettings s) => s with
    {
        Seed = (ulong?)parsed.GetValue(_seed) ?? s.Seed,
        Architecture = parsed.GetValue(_cbow) ? Word2VecArchitecture.Cbow : s.Architecture,
        Dimensions = parsed.GetValue(_dimensions) ?? s.Dimensions,
        Window = parsed.GetValue(_window) ?? s.Window,
        Negatives = parsed.GetValue(_negatives) ?? s.Negatives,
        NoisePower = parsed.GetValue(_noise) ?? s.NoisePower,
        Sample = parsed.GetValue(_sample) ?? s.Sample,
        Epochs = parsed.GetValue(_epochs) ?? s.Epochs,
        Rate = parsed.GetValue(_rate) ?? s.Rate,
        MinRate = parsed.GetValue(_minRate) ?? s.MinRate,
        Shards = parsed.GetValue(_shards) ?? s.Shards,
        MinCount = parsed.GetValue(_minCount) ?? s.MinCount,
        MaxWords = parsed.GetValue(_maxWords) ?? s.MaxWords,
        MaxSentence = parsed.GetValue(_maxSentence) ?? s.MaxSentence,
        MaxDistinct = parsed.GetValue(_maxDistinct) ?? s.MaxDistinct,
        LowerCase = parsed.GetValue(_lowerCase) || s.LowerCase,
        Cache = parsed.GetValue(_cache) == "file" ? CorpusCache.TemporaryFile : s.Cache,
        Phrases = parsed.GetValue(_phrases) ?? s.Phrases,
        PhraseThreshold = parsed.GetValue(_phraseThreshold) ?? s.PhraseThreshold,
        Npmi = parsed.GetValue(_npmi) || s.Npmi,
        Loss = parsed.GetValue(_loss) == "softmax" ? Word2VecLoss.FullSoftmax : s.Loss,
        Batch = parsed.GetValue(_batch) ?? s.Batch,
    };
}
