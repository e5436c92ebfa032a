using System;
using System.Linq;
using Rnn.Core.Heads;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;

namespace Rnn.Benchmarks.Models;

/// <summary>A network that predicts the next of many words or items: embedding, recurrent layers, softmax.</summary>
/// <param name="Cell">Of each layer.</param>
/// <param name="V">Words.</param>
/// <param name="E">Elements of an embedding.</param>
/// <param name="H">Units of each layer.</param>
/// <param name="Layers">How many.</param>
/// <param name="T">Steps of a window.</param>
/// <param name="B">Rows.</param>
public sealed record WordModelSizes(RecurrentCell Cell, int V, int E, int H, int Layers, int T, int B)
{
    public const double Rate = 1e-3;

    /// <summary>By how much the vectors of an adaptive softmax's clusters are shorter than those before.</summary>
    public const int Divisor = 4;

    /// <summary>The script lesson, predicting at every step.</summary>
    public static WordModelSizes Script { get; } = new(RecurrentCell.Lstm, 21_388, 256, 256, 2, 20, 128);

    /// <summary>The same with an adaptive softmax.</summary>
    public static WordModelSizes ScriptAdaptive { get; } = Script with { IsAdaptive = true };

    /// <summary>
    /// Sessions of a shop, one click a step. Source: GRU4Rec (Hidasi et al. 2016), with embedded items and full
    /// softmax.
    /// </summary>
    public static WordModelSizes Session { get; } = new(RecurrentCell.Gru, 37_000, 100, 100, 1, 1, 50);

    /// <summary>Where the clusters of an adaptive softmax begin.</summary>
    public static ReadOnlySpan<int> Cutoffs => [2_000, 10_000];

    /// <summary>Whether the softmax is adaptive, without biases as in PyTorch; else it is full, with a bias.</summary>
    public bool IsAdaptive { get; init; }

    /// <summary>Windows of the text, of T*B words each.</summary>
    public int Windows { get; init; } = 4;

    /// <summary>Largest norm of the gradient; 0 for none.</summary>
    public double Clip => T > 1 ? 5 : 0;

    /// <summary>Whether the cell is an LSTM, not a GRU.</summary>
    public bool IsLstm => Cell == RecurrentCell.Lstm;

    /// <summary>"lstm" or "gru": what the parameters of the recurrent layers begin with.</summary>
    public string RecurrentName => IsLstm ? "lstm" : "gru";

    public double Tokens => T * B;

    /// <summary>Forward, gradient of the input, gradient of the weights.</summary>
    public double Flops => 3 * 2 * ((Tokens * Gates * H * (E + H + ((Layers - 1) * 2.0 * H))) + HeadProducts);

    private int Gates => IsLstm ? 4 : 3;

    // Multiply-adds of the head forwards; a cluster's are those of the rows whose target it has, on average of all windows.
    private double HeadProducts
    {
        get
        {
            if (!IsAdaptive)
                return Tokens * H * V;

            MadeUpText text = CreateWindows();
            return AdaptiveProducts(Tokens, H, V, Cutoffs, Divisor, (first, end) => Enumerable.Range(0, text.Count)
                .Average(window => text.Targets(window).Count(target => target >= first && target < end)));
        }
    }

    /// <summary>Multiply-adds of an adaptive softmax forwards.</summary>
    /// <param name="rows">All of them, which the head has.</param>
    /// <param name="size">Elements of a row.</param>
    /// <param name="vocabulary">Words.</param>
    /// <param name="cutoffs">Where the clusters begin.</param>
    /// <param name="divisor">By how much a cluster's vectors are shorter than those before.</param>
    /// <param name="rowsOf">The rows whose target is from the first number on and below the second: a cluster's.</param>
    public static double AdaptiveProducts(double rows, int size, int vocabulary, ReadOnlySpan<int> cutoffs, int divisor,
        Func<int, int, double> rowsOf)
    {
        double sum = rows * size * (cutoffs[0] + cutoffs.Length);
        for (int i = 0, projected = size / divisor; i < cutoffs.Length; i++, projected /= divisor)
        {
            int first = cutoffs[i], end = i + 1 < cutoffs.Length ? cutoffs[i + 1] : vocabulary;
            sum += rowsOf(first, end) * projected * (size + (end - first));
        }

        return sum;
    }

    /// <summary>The text; the same for everybody.</summary>
    public MadeUpText CreateWindows() => new(T, B, V, windows: Windows);

    /// <summary>The output and its loss, over the top layer.</summary>
    public VocabularyHead CreateHead(ParameterLayout layout, string name) => IsAdaptive
        ? new AdaptiveSoftmax(layout, name, H, V, Cutoffs, Divisor)
        : new SoftmaxHead(layout, name, H, V);
}
