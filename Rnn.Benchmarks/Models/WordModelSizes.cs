using Rnn.Core.Layers.Recurrent;

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

    /// <summary>The script lesson, predicting at every step.</summary>
    public static WordModelSizes Script { get; } = new(RecurrentCell.Lstm, 21_388, 256, 256, 2, 20, 128);

    /// <summary>
    /// Sessions of a shop, one click a step. Source: GRU4Rec (Hidasi et al. 2016), with embedded items and full
    /// softmax.
    /// </summary>
    public static WordModelSizes Session { get; } = new(RecurrentCell.Gru, 37_000, 100, 100, 1, 1, 50);

    /// <summary>Largest norm of the gradient; 0 for none.</summary>
    public double Clip => T > 1 ? 5 : 0;

    /// <summary>Whether the cell is an LSTM, not a GRU.</summary>
    public bool IsLstm => Cell == RecurrentCell.Lstm;

    /// <summary>"lstm" or "gru": what the parameters of the recurrent layers begin with.</summary>
    public string RecurrentName => IsLstm ? "lstm" : "gru";

    public double Tokens => T * B;

    /// <summary>Forward, gradient of the input, gradient of the weights.</summary>
    public double Flops => 3 * 2 * Tokens * ((Gates * H * (E + H + ((Layers - 1) * 2.0 * H))) + ((double)H * V));

    private int Gates => IsLstm ? 4 : 3;

    /// <summary>The text; the same for everybody.</summary>
    public MadeUpText CreateWindows() => new(T, B, V);
}
