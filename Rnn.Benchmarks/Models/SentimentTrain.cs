using System;
using System.Linq;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Pooling;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Losses;
using Rnn.Core.Optimizers;
using Rnn.Core.Parameters;
using Rnn.Models.Batching;
using Rnn.Models.Sentiment;
using Rnn.Models.Text.Words;
using Rnn.Models.Training;

namespace Rnn.Benchmarks.Models;

/// <summary>
/// The sentiment lesson: embedding -> LSTM 256 x 2 -> the last step -> dropout -> linear 1 -> sigmoid cross-entropy,
/// every review beginning from a state of zeros, with PyTorch's initial values, from which gradients fade within 150
/// steps: the step of <see cref="SentimentModel"/> itself.
/// </summary>
public sealed class SentimentTrain : TrainingWorkload
{
    public const int T = 200, B = 50, V = 74_072, E = 400, H = 256, Layers = 2;
    public const double Rate = 1e-3, Clip = 5, BetweenLayers = 0.5, BeforeOutput = 0.3;
    public const double Tokens = T * B;
    public const double Flops = (3 * 2 * Tokens * 4 * H * (E + (3 * H))) + (3 * 2 * B * H);

    private readonly MadeUpText _windows = CreateWindows();
    private readonly Pass<LabelledBatch> _pass;
    private readonly int[] _lengths = new int[B];
    private readonly int[] _labels = Array.ConvertAll(CreateLabels(), label => (int)label);

    public SentimentTrain(bool dropout, bool denseAdam)
        : base(Rate, Clip, denseAdam ? ByRowUpdate.Dense : ByRowUpdate.Lazy)
    {
        SentimentModel model = CreateModel(dropout);
        Allocate(model.Parameters);
        _pass = model.CreatePass(new BatchShape(B, T, B));
        Array.Fill(_lengths, T);
    }

    /// <summary>The reviews; the same for everybody.</summary>
    public static MadeUpText CreateWindows() => new(T, B, V);

    /// <summary>0 and 1 by turns [B], as in the lesson's file.</summary>
    public static float[] CreateLabels()
    {
        float[] labels = new float[B];
        for (int b = 0; b < B; b++)
            labels[b] = b % 2;

        return labels;
    }

    private protected override LossSum ForwardBackward(Mode mode, GradientBuffer g)
    {
        LabelledBatch batch = new(_windows.Inputs(_windows.Next()), _lengths, _labels, T);
        return _pass.ForwardBackward(batch, mode, 1f / B, g);
    }

    private static SentimentModel CreateModel(bool dropout)
    {
        string[] words = [.. Enumerable.Range(0, V - TextVocabulary.FirstWord).Select(i => $"word{i}")];
        return new SentimentModel(WordVocabulary.FromWords(words, new long[words.Length]), ["negative", "positive"], new()
        {
            EmbeddingSize = E,
            HiddenSize = H,
            Layers = Layers,
            Bidirectional = false,
            Dropout = dropout ? BetweenLayers : 0,
            Initialization = RecurrentInitialization.PyTorch,
            TwoBiases = true,
            Pooling = PoolingKind.Last,
            OutputDropout = dropout ? BeforeOutput : 0,
            PieceLength = 0,
        });
    }
}
