using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Core.Kernels.Products;
using Rnn.Models.Generation;

namespace Rnn.Benchmarks.Models;

/// <summary>What a step of a workload amounts to, whoever does it.</summary>
/// <param name="Name">On the command line.</param>
/// <param name="Flops">Floating-point operations of its matrix products (2*M*N*K each), none of them avoidable: a
/// product with a one-hot matrix counts nothing.</param>
/// <param name="Tokens">Time steps times rows; 0 where there are no tokens.</param>
/// <param name="Bytes">Weights or buffer read from cache, where that is the limit; else 0.</param>
/// <param name="Description">One line.</param>
/// <param name="Create">Makes it of our library.</param>
public sealed record Work(string Name, double Flops, double Tokens, double Bytes, string Description,
    Func<IWorkload> Create)
{
    /// <summary>What Tokens are, if not tokens.</summary>
    public string Unit { get; init; } = "tokens";

    /// <summary>All of them.</summary>
    /// <remarks>What <see cref="Peak"/> does depends on the number of threads at the time of asking.</remarks>
    public static IReadOnlyList<Work> All =>
    [
        .. GemmShape.All.Select(shape => new Work(shape.Name, shape.Flops, 0, shape.WeightBytes, shape.Description,
            () => new GemmWorkload(shape))),
        .. BatchedGemmShape.All.Select(shape => new Work(shape.Name, shape.Flops, 0, 0, shape.Description,
            () => new BatchedGemmWorkload(shape))),
        new("char-train", CharTrain.Flops, CharTrain.Tokens, 0,
            "training step of the lesson's character model without dropout: one-hot(83), LSTM 512 x 2, linear 83; " +
            "batch 128, 100 steps, Adam, clip 5", () => new CharTrain(dropout: 0)),
        new("char-train-dropout", CharTrain.Flops, CharTrain.Tokens, 0,
            "char-train with dropout 0.5 between layers and before the output", () => new CharTrain(dropout: 0.5)),
        new("char-forward", CharForward.Flops, CharTrain.Tokens, 0,
            "the same network, batch 128, 100 steps: logits of all steps, no loss", () => new CharForward()),
        new("generate", Generate.Flops, 1, Generate.WeightBytes,
            "the same network writes one character after another: batch 1, top-k 5", () => new Generate()),
        new("generate-bfloat16", Generate.Flops, 1, Generate.WeightBytes / 2,
            "generate with weights in bfloat16", () => new Generate(WeightPrecision.BFloat16)),
        .. WordGeneration("generate-words", WeightPrecision.Full, ""),
        .. WordGeneration("generate-words-bfloat16", WeightPrecision.BFloat16, ", weights in bfloat16"),
        new("sine-train", SineTrain.Flops, SineTrain.T, 0,
            "training step of the sine lesson: tanh RNN 1 -> 32, linear 1; 20 steps, batch 1, MSE, Adam 0.01, state " +
            "carried", () => new SineTrain()),
        new("series-train", SeriesTrain.Flops, SeriesTrain.Tokens, 0,
            "training step of the forecaster of hourly series: 10 inputs, GRU 40 over 168 + 48 steps, dropout 0.1, linear, " +
            "beside a linear function of the inputs, 13 quantiles of 48 hours; batch 32, pinball loss, Adam, clip 5",
            () => new SeriesTrain(dropout: true)),
        new("series-train-plain", SeriesTrain.Flops, SeriesTrain.Tokens, 0, "series-train without dropout",
            () => new SeriesTrain(dropout: false)),
        new("sentiment-train", SentimentTrain.Flops, SentimentTrain.Tokens, 0,
            "training step of the sentiment lesson: embedding 74,072 x 400, LSTM 256 x 2 (dropout 0.5), last step, " +
            "dropout 0.3, linear 1; batch 50, 200 steps, Adam (by row, lazy), clip 5",
            () => new SentimentTrain(dropout: true, denseAdam: false)),
        new("sentiment-train-dense", SentimentTrain.Flops, SentimentTrain.Tokens, 0,
            "sentiment-train with Adam over the whole table", () => new SentimentTrain(dropout: true, denseAdam: true)),
        new("sentiment-train-plain", SentimentTrain.Flops, SentimentTrain.Tokens, 0,
            "sentiment-train-dense without dropout", () => new SentimentTrain(dropout: false, denseAdam: true)),
        .. Words("script-train", WordModelSizes.Script,
            "training step of the script lesson, predicting at every step: embedding 21,388 x 256, LSTM 256 x 2, " +
            "softmax over 21,388; batch 128, 20 steps, Adam (embedding by row, lazy), clip 5"),
        .. Words("script-train-adaptive", WordModelSizes.ScriptAdaptive,
            "script-train with an adaptive softmax without biases: words below 2,000, to 10,000, and to the end, the vectors " +
            "of a cluster a quarter as long as those before; Adam (embedding by row, lazy)"),
        .. Words("session-gru", WordModelSizes.Session,
            "training step of a recommender of the next item: embedding 37,000 x 100, GRU 100, softmax over 37,000; " +
            "batch 50, one step, Adam (embedding by row, lazy)"),
        new("attention-train", TranslationSizes.Attention.Flops, TranslationSizes.Attention.Tokens, 0,
            "training step of a seq2seq: embeddings 128, GRU 128, GRU 128 with additive attention, readout 128; " +
            "4500 -> 3000 words, batch 32, 10 -> 10 steps, Adam (embeddings by row, lazy), clip 1",
            () => new TranslationTrain(TranslationSizes.Attention, dropout: false, denseAdam: false)),
        new("attention-train-dense", TranslationSizes.Attention.Flops, TranslationSizes.Attention.Tokens, 0,
            "attention-train with Adam over the whole tables",
            () => new TranslationTrain(TranslationSizes.Attention, dropout: false, denseAdam: true)),
        new("transformer-train", TranslationSizes.Transformer.Flops, TranslationSizes.Transformer.Tokens, 0,
            "training step of a Transformer without dropout: width 256, 3 + 3 layers, 8 heads, feed-forward 512; " +
            "7850 -> 5900 words, batch 128, 15 -> 15 steps, Adam (embeddings by row, lazy), clip 1",
            () => new TranslationTrain(TranslationSizes.Transformer, dropout: false, denseAdam: false)),
        new("transformer-train-dense", TranslationSizes.Transformer.Flops, TranslationSizes.Transformer.Tokens, 0,
            "transformer-train with Adam over the whole tables",
            () => new TranslationTrain(TranslationSizes.Transformer, dropout: false, denseAdam: true)),
        new("transformer-train-dropout", TranslationSizes.Transformer.Flops, TranslationSizes.Transformer.Tokens, 0,
            "transformer-train with dropout 0.1 of embeddings, branches, feed-forward and attention weights",
            () => new TranslationTrain(TranslationSizes.Transformer, dropout: true, denseAdam: false)),
        .. Translations("translate", TranslationSizes.Transformer, "the Transformer of transformer-train"),
        .. Translations("translate-rnn", TranslationSizes.Attention, "the seq2seq of attention-train"),
        .. GrowthPoint.All.Select(point => new Work(point.Work, point.Sizes.Flops, point.Sizes.Tokens, 0, point.Description,
            () => new WordTrain(point.Sizes, denseAdam: false))),
        new("peak", Peak.Flops, 0, 0, "multiply-adds in registers", () => new Peak()),
        new("cache-bandwidth", 0, 0, CacheBandwidth.Bytes, "reads 4 MB over and over", () => new CacheBandwidth()),
    ];

    /// <summary>The work of that name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Work Get(string name) => All.FirstOrDefault(work => work.Name == name)
        ?? throw new ArgumentException($"There is no work '{name}'. There are: {string.Join(", ", Names)}.");

    /// <summary>The names of all.</summary>
    public static IEnumerable<string> Names => All.Select(work => work.Name);

    // Of a Transformer also without the cache of keys and values.
    private static Work[] Translations(string name, TranslationSizes sizes, string model)
    {
        List<Work> works = [];
        foreach ((string search, int width) in new[] { ("greedy", 1), ("beam5", Translate.Beams) })
        {
            string description = $"{model} translates {Translate.Sentences} sentences side by side, {sizes.Steps} -> " +
                $"{sizes.Steps} words, {(width == 1 ? "greedy" : $"beam {width}")}";
            works.Add(Of($"{name}-{search}", description, () => new Translate(sizes, width)));
            if (sizes.Options.IsTransformer)
            {
                works.Add(Of($"{name}-{search}-uncached", $"{description}, without a cache of keys and values",
                    () => new Translate(sizes, width, cached: false)));
            }

            Work Of(string name, string what, Func<IWorkload> create) =>
                new(name, sizes.TranslationFlops(width), Translate.Sentences, 0, what, create) { Unit = "sentences" };
        }

        return [.. works];
    }

    private static Work[] WordGeneration(string name, WeightPrecision precision, string weights)
    {
        return
        [
            Of("greedy", SamplingOptions.Greedy, "the most probable"),
            Of("all", new SamplingOptions(), "drawn from all"),
            Of("top5", new SamplingOptions { TopK = 5 }, "top-k 5"),
        ];

        Work Of(string how, SamplingOptions sampling, string choice) => new($"{name}-{how}", GenerateWords.Flops, 1,
            GenerateWords.WeightBytes(precision), "a word model writes one word after another: embedding 250, LSTM 250 x 2, softmax " +
            $"over 21,388; batch 1, {choice}{weights}", () => new GenerateWords(precision, sampling))
        { Unit = "words" };
    }

    private static Work[] Words(string name, WordModelSizes sizes, string description) =>
    [
        new(name, sizes.Flops, sizes.Tokens, 0, description, () => new WordTrain(sizes, denseAdam: false)),
        new($"{name}-dense", sizes.Flops, sizes.Tokens, 0, $"{name} with Adam over the whole table",
            () => new WordTrain(sizes, denseAdam: true)),
    ];
}
