using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Losses;
using Rnn.Core.Parameters;
using Rnn.Models.Batching;
using Rnn.Models.CharRnn;
using Rnn.Models.Training;

namespace Rnn.Benchmarks.Models;

/// <summary>
/// The character lesson: one-hot(83) -> LSTM 512 x 2 -> dropout -> linear 83 -> softmax cross-entropy at every step,
/// state carried from window to window, two biases as in PyTorch: the step of <see cref="CharRnnModel"/> itself.
/// </summary>
public sealed class CharTrain : TrainingWorkload
{
    public const int T = 100, B = 128, V = 83, H = 512, Layers = 2;
    public const double Rate = 1e-3, Clip = 5;
    public const double Tokens = T * B;

    // Wh of both layers, Wx of the second, the output; forward, gradient of the input, gradient of the weights.
    public const double Flops = 3 * 2 * Tokens * ((3.0 * H * 4 * H) + (H * V));

    private readonly MadeUpText _text = CreateWindows();
    private readonly Pass<TokenWindow> _pass;

    public CharTrain(double dropout)
        : this(Generate.CreateModel(dropout, RecurrentInitialization.PyTorch))
    {
    }

    private CharTrain(CharRnnModel model)
        : base(Rate, Clip)
    {
        Allocate(model.Parameters);
        _pass = model.CreatePass(new BatchShape(B, T));
    }

    /// <summary>The text; the same for everybody.</summary>
    public static MadeUpText CreateWindows() => new(T, B, V);

    private protected override LossSum ForwardBackward(Mode mode, GradientBuffer g)
    {
        int window = _text.Next();
        TokenWindow batch = new(_text.Inputs(window), _text.Targets(window), T, B, IsFirst: false);
        return _pass.ForwardBackward(batch, mode, 1f / (T * B), g);
    }
}
