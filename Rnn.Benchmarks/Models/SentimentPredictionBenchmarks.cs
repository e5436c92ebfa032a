using System.Linq;
using BenchmarkDotNet.Attributes;
using Rnn.Benchmarks.Config;
using Rnn.Core.Kernels.Threads;
using Rnn.Models.Sentiment;
using Rnn.Models.Text.Words;

namespace Rnn.Benchmarks.Models;

/// <summary>Predictions for reviews of 250 words, from text to probability, by a network of the sample's size: one at a
/// time, and many.</summary>
[Config(typeof(RnnConfig))]
public class SentimentPredictionBenchmarks
{
    private const int V = 30_000, Words = 250, Reviews = 256;

    private SentimentModel _model = null!;
    private string[] _reviews = [];

    [Params(1, 2)]
    public int Threads { get; set; }

    /// <summary>Words of a review.</summary>
    public static double OneReview(object?[] parameters) => Words;

    /// <summary>Words of all reviews.</summary>
    public static double AllReviews(object?[] parameters) => Words * Reviews;

    [GlobalSetup]
    public void Setup()
    {
        Workers.Count = Threads;
        string[] words = [.. Enumerable.Range(0, V).Select(Word)];
        _model = new SentimentModel(WordVocabulary.FromWords(words, new long[V]), ["negative", "positive"]);
        MadeUpText text = new(Words, Reviews, V);
        int[] tokens = text.Inputs(0);
        _reviews = [.. Enumerable.Range(0, Reviews).Select(b =>
            string.Join(' ', Enumerable.Range(0, Words).Select(t => words[tokens[(t * Reviews) + b]])))];
    }

    [Benchmark]
    [Work(WorkAttribute.Tokens, nameof(OneReview))]
    public SentimentPrediction One() => _model.Predict(_reviews[0]);

    [Benchmark]
    [Work(WorkAttribute.Tokens, nameof(AllReviews))]
    public SentimentPrediction[] Many() => _model.Predict(_reviews);

    // Letters only, as the tokenizer drops digits: a to z for the digits of i.
    private static string Word(int i) => (i < 26 ? "" : Word((i / 26) - 1)) + (char)('a' + (i % 26));
}
