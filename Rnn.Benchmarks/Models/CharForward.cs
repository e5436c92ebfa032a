using System;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Benchmarks.Models;

/// <summary>The network of <see cref="CharTrain"/> without training: the logits of all steps of a window.</summary>
public sealed class CharForward : IWorkload
{
    public const double Flops = CharTrain.Flops / 3;

    private readonly MadeUpText _windows = CharTrain.CreateWindows();
    private readonly RecurrentTape _tape;
    private readonly RecurrentState _state;
    private readonly Tensor _logits = new(CharTrain.T * CharTrain.B, CharTrain.V);

    public CharForward()
    {
        ParameterLayout layout = new();
        Recurrent = RecurrentStack.Create(layout, "lstm", RecurrentCell.Lstm, CharTrain.V, CharTrain.H,
            CharTrain.Layers, options: new() { TwoBiases = true });
        Output = new Linear(layout, "fc", CharTrain.H, CharTrain.V);
        Parameters = new ParameterBuffer(layout);
        Philox random = new(1);
        ParameterWriter writer = Parameters.BeginWrite();
        Recurrent.Initialize(writer, RecurrentInitialization.PyTorch, ref random);
        Output.Initialize(writer, ref random);
        _tape = Recurrent.CreateTape(CharTrain.T, CharTrain.B, TapeUse.Inference);
        _state = Recurrent.CreateState(CharTrain.B);
    }

    public double Loss => double.NaN;

    public RecurrentStack Recurrent { get; }

    public Linear Output { get; }

    public ParameterBuffer Parameters { get; }

    /// <summary>Logits of the last step [T*B, V].</summary>
    public ReadOnlySpan<float> Result => _logits.Span;

    public void Step()
    {
        RecurrentInput x = RecurrentInput.OneHot(_windows.Inputs(_windows.Next()), CharTrain.T, CharTrain.B,
            CharTrain.V);
        _state.Clear();
        Recurrent.Forward(Parameters, x, default, _state, Mode.Inference, _tape);
        Output.Forward(Parameters, _tape.Output.Flattened, _logits.AsMatrix());
    }
}
