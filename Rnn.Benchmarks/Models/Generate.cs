using Rnn.Core.Kernels.Products;
using Rnn.Core.Layers.Recurrent;
using Rnn.Models.CharRnn;
using Rnn.Models.Generation;
using Rnn.Models.Text;

namespace Rnn.Benchmarks.Models;

/// <summary>The character model writes: a step is one character, its logits, and the choice of the next.</summary>
public sealed class Generate : IWorkload
{
    public const int TopK = 5;
    public const double Flops = 2 * ((3.0 * CharTrain.H * 4 * CharTrain.H) + (CharTrain.H * CharTrain.V));
    public const double WeightBytes = Flops / 2 * sizeof(float);

    private readonly CharRnnGenerator _generator;

    public Generate(WeightPrecision precision = WeightPrecision.Full)
    {
        Model = CreateModel();
        Model.Parameters.InferencePrecision = precision;
        _generator = Model.CreateGenerator(new SamplingOptions { TopK = TopK });
        _generator.Read(Model.Vocabulary[0].ToString());
    }

    public double Loss => double.NaN;

    public CharRnnModel Model { get; }

    /// <summary>The model, untrained: the work is the same.</summary>
    public static CharRnnModel CreateModel(double dropout = 0.5,
        RecurrentInitialization initialization = RecurrentInitialization.Orthogonal)
    {
        char[] symbols = new char[CharTrain.V];
        for (int i = 0; i < symbols.Length; i++)
            symbols[i] = (char)(' ' + i);

        CharRnnOptions options = new()
        {
            HiddenSize = CharTrain.H,
            Layers = CharTrain.Layers,
            Dropout = dropout,
            TwoBiases = true,
            Initialization = initialization,
        };
        return new CharRnnModel(Vocabulary.FromSymbols(new string(symbols)), options);
    }

    public void Step() => _generator.Next();
}
