using System.Linq;
using Rnn.Core.Layers.Recurrent;
using Rnn.Models.Text.Parallel;
using Rnn.Models.Translation;

namespace Rnn.Benchmarks.Models;

/// <summary>A translator and the batches it learns from; words have the frequencies of a text.</summary>
/// <param name="Options">Of the model, without dropout.</param>
/// <param name="Sources">Words of the source's vocabulary.</param>
/// <param name="Targets">Words of the target's.</param>
/// <param name="Steps">S and T: of either side, the target's with its end; all sentences are as long.</param>
/// <param name="B">Rows.</param>
/// <param name="Rate">Adam's.</param>
/// <param name="Clip">Largest norm of the gradient.</param>
public sealed record TranslationSizes(TranslationOptions Options, int Sources, int Targets, int Steps, int B,
    double Rate, double Clip)
{
    /// <summary>What dropout clears, where there is dropout.</summary>
    public const double Dropout = 0.1;

    private const ulong TargetSeed = 2;

    /// <summary>
    /// The seq2seq of the lesson: embeddings 128, a GRU 128 reads, a GRU 128 with additive attention writes,
    /// tanh(linear 128) of [state; context] before the output; nothing in it that TorchSharp can't say.
    /// </summary>
    public static TranslationSizes Attention { get; } = new(new()
    {
        Architecture = TranslationArchitecture.Attention,
        MinCount = 1,
        MaxTokens = 10,
        Cell = RecurrentCell.Gru,
        Initialization = RecurrentInitialization.PyTorch,
        EmbeddingSize = 128,
        HiddenSize = 128,
        Bidirectional = false,
        ReadoutSize = 128,
        OutputReadsEmbedding = false,
    }, 4500, 3000, 10, 32, 1e-3, 1);

    /// <summary>The Transformer of the tutorials: width 256, 3 and 3 layers, 8 heads, feed-forward 512, post-norm,
    /// learnt positions, embeddings times sqrt(256).</summary>
    public static TranslationSizes Transformer { get; } = new(new()
    {
        Architecture = TranslationArchitecture.Transformer,
        MinCount = 1,
        MaxTokens = 15,
        EmbeddingSize = 256,
        Layers = 3,
        Bidirectional = false,
        Positions = PositionKind.Learnt,
    }, 7850, 5900, 15, 128, 5e-4, 1);

    /// <summary>E.</summary>
    public int E => Options.EmbeddingSize;

    /// <summary>H of the cells.</summary>
    public int H => Options.HiddenSize;

    /// <summary>Steps times rows of the target.</summary>
    public double Tokens => (double)Steps * B;

    /// <summary>Of a training step: forward, gradient of the input, gradient of the weights.</summary>
    public double Flops => 3 * TranslationFlops(width: 1) / Translate.Sentences * B;

    /// <summary>Of a translation by <see cref="Translate"/> that follows so many targets of each sentence, nothing
    /// computed twice.</summary>
    public double TranslationFlops(int width)
    {
        double source, target;   // multiply-adds of a step
        if (Options.IsTransformer)
        {
            source = Options.Layers * SourceProducts(E, Options.FeedForwardSize, Steps);
            target = (Options.Layers * TargetProducts(E, Options.FeedForwardSize, Steps)) + ((double)E * Targets);
        }
        else
        {
            source = (3 * H * (E + H)) + (H * H);
            target = (3 * H * (E + H + H)) + (H * H) + (2 * Steps * H) + (2 * H * Options.ReadoutSize)
                + ((double)Options.ReadoutSize * Targets);
        }

        return 2 * Translate.Sentences * Steps * (source + (width * target));
    }

    /// <summary>Multiply-adds of a step in a Transformer's layer that reads: projections, scores and sums, feed-forward, and the
    /// keys and values that the decoder's layer makes of it.</summary>
    public static double SourceProducts(int size, int feedForward, int steps) =>
        (6.0 * size * size) + (2.0 * size * steps) + (2.0 * size * feedForward);

    /// <summary>Of a step in a layer that writes: the same, its own steps only as far as they are there, and attention over as many
    /// steps of the source.</summary>
    public static double TargetProducts(int size, int feedForward, int steps) =>
        (6.0 * size * size) + (size * (steps + 1.0)) + (2.0 * size * steps) + (2.0 * size * feedForward);

    /// <summary>The sources; the same for everybody. Only the inputs of a window are read.</summary>
    public MadeUpText CreateSources() => new(Steps, B, Sources);

    /// <summary>The targets: what the decoder is fed, and what it should say.</summary>
    public MadeUpText CreateTargets() => new(Steps, B, Targets, TargetSeed);

    /// <summary>The model, untrained.</summary>
    public TranslationModel CreateModel(bool dropout)
    {
        TranslationOptions options = dropout ? Options with { Dropout = Dropout, AttentionDropout = Dropout } : Options;
        const int Specials = TranslationVocabulary.End + 1;
        SentencePair words = new(Words(Sources - Specials), Words(Targets - Specials));
        return new TranslationModel(new ParallelText([words]), options);
    }

    /// <summary>So many different words.</summary>
    private static string Words(int count) => string.Join(' ', Enumerable.Range(0, count).Select(i => $"w{i}"));
}
