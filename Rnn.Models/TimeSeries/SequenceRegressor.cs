using System;
using System.IO;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Losses;
using Rnn.Core.Parameters;
using Rnn.Core.Serialization.Checkpoints;
using Rnn.Core.Serialization.Onnx;
using Rnn.Core.Tensors;
using Rnn.Models.Batching;
using Rnn.Models.Diagnostics;
using Rnn.Models.Saving;
using Rnn.Models.Training;

namespace Rnn.Models.TimeSeries;

/// <summary>
/// Numbers in, numbers out, at each step of a sequence: recurrent layers -> linear, trained by the mean squared error.
/// The state is carried from window to window (truncated backpropagation through time). The network of the sine lesson.
/// </summary>
public sealed class SequenceRegressor : Model<SequenceRegressorOptions, RegressionWindow>
{
    private readonly RecurrentStack _recurrent;
    private readonly Linear _output;

    /// <summary>A model with initial weights drawn from a seed.</summary>
    /// <param name="options">Its shape; null is the default.</param>
    /// <param name="seed">Of the initial weights.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public SequenceRegressor(SequenceRegressorOptions? options = null, ulong seed = 1)
        : this(options ?? new SequenceRegressorOptions(), seed, file: null)
    {
    }

    private SequenceRegressor(SequenceRegressorOptions options, ulong seed, ModelReader<SequenceRegressorOptions>? file)
        : base(Format, options, file)
    {
        options.Check();
        _recurrent = RecurrentStack.Create(Layout, "rnn", options.Cell, options.InputSize, options.HiddenSize,
            options.Layers, options.Dropout, options: options);
        _output = new Linear(Layout, "fc", _recurrent.OutputSize, options.OutputSize);
        Complete(seed);
    }

    /// <summary>Its kind of file.</summary>
    public static ModelFormat<SequenceRegressorOptions> Format { get; } =
        new("sequence-regressor/1", TimeSeriesJson.Default.SequenceRegressorOptions);

    /// <summary>Loads what <see cref="Model{TOptions, TBatch}.Save(string)"/> wrote.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, altered, or no model of this kind.</exception>
    public static SequenceRegressor Load(string path) =>
        Format.Open(path).Make(file => new SequenceRegressor(file.Options, 0, file));

    /// <inheritdoc/>
    public override Pass<RegressionWindow> CreatePass(BatchShape most, TapeUse use = TapeUse.Training) =>
        new RegressorPass(this, most, use);

    /// <summary>
    /// Writes the network for ONNX Runtime and other inference engines: <c>y</c> [steps, batch, O] and <c>hn</c> of <c>x</c>
    /// float [steps, batch, I] and <c>h0</c> [layers, batch, H], of an LSTM also <c>cn</c> of <c>c0</c>. Metadata: the
    /// options. <see cref="Load(string)"/> can't read the file.
    /// </summary>
    /// <param name="path">Replaced atomically.</param>
    /// <returns>Names, types and shapes of what the file takes and gives.</returns>
    /// <exception cref="ArgumentException">The cells have an option for which ONNX has no operator.</exception>
    /// <exception cref="IOException">It can't be written; an older file is untouched.</exception>
    public OnnxSignature ExportOnnx(string path) => Onnx().Write(path);

    /// <summary>The same, to a stream.</summary>
    public OnnxSignature ExportOnnx(Stream stream) => Onnx().Write(stream);

    /// <summary>What the model predicts at each step of one sequence that begins in a state of zeros.</summary>
    /// <param name="inputs">[T, I]. Read.</param>
    /// <param name="predictions">[T, O]. Overwritten.</param>
    /// <exception cref="ArgumentException">A shape disagrees with the model's.</exception>
    public void Predict(ReadOnlyMatrixView inputs, MatrixView predictions) =>
        Predict(inputs, CreateState(), predictions);

    /// <summary>The same of a sequence that goes on from a state.</summary>
    /// <param name="inputs">[T, I]. Read.</param>
    /// <param name="state">Of one row, from <see cref="CreateState"/>. Read, then overwritten with the final
    /// one.</param>
    /// <param name="predictions">[T, O]. Overwritten.</param>
    /// <exception cref="ArgumentException">A shape disagrees with the model's.</exception>
    public void Predict(ReadOnlyMatrixView inputs, RecurrentState state, MatrixView predictions)
    {
        if (inputs.Rows == 0)
            return;

        RecurrentTape tape = _recurrent.CreateTape(inputs.Rows, 1, TapeUse.Inference);
        _recurrent.Forward(Parameters, new ReadOnlySequenceView(inputs.Span, inputs.Rows, 1, inputs.Cols), default, state,
            Mode.Inference, tape);
        _output.Forward(Parameters, tape.Output.Flattened, predictions);
    }

    /// <summary>
    /// Free-running: the model reads a sequence, then its own predictions, each as the next input.
    /// </summary>
    /// <param name="inputs">[T, I], what is known. Read.</param>
    /// <param name="continuation">[K, I], what follows the inputs by the model's opinion. Overwritten.</param>
    /// <exception cref="ArgumentException">A shape disagrees with the model's, or it predicts other numbers than it
    /// reads.</exception>
    public void Continue(ReadOnlyMatrixView inputs, MatrixView continuation)
    {
        if (Options.InputSize != Options.OutputSize)
            Throw.CannotContinue(Options.InputSize, Options.OutputSize);

        if (continuation.Rows == 0)
            return;

        RecurrentState state = CreateState();
        float[] predictions = new float[inputs.Rows * inputs.Cols];
        Predict(inputs, state, new MatrixView(predictions, inputs.Rows, inputs.Cols));
        predictions.AsSpan()[^inputs.Cols..].CopyTo(continuation.Row(0));
        for (int k = 1; k < continuation.Rows; k++)
            Predict(continuation.Slice(k - 1, 1), state, continuation.Slice(k, 1));
    }

    /// <summary>A state of one row, all zeros, from which a sequence begins.</summary>
    public RecurrentState CreateState() => _recurrent.CreateState(1);

    private OnnxNetwork Onnx()
    {
        OnnxNetwork net = new(Parameters, Format.ForOnnx("sequence-regressor", Options));
        OnnxValue x = net.Numbers("x", Options.InputSize);
        OnnxState? state = net.State(_recurrent);
        net.Output("y", net.Add(_output, net.Add(_recurrent, x, ref state)));
        net.Output(state);
        return net;
    }

    private sealed class RegressorPass(SequenceRegressor m, BatchShape most, TapeUse use)
        : Pass<RegressionWindow>(Format.Name, m.Parameters)
    {
        private const string RowsKey = "state_rows", StateKey = "state";

        private readonly RecurrentTape _tape = m._recurrent.CreateTape(most.Steps, most.Rows, use);
        private readonly Tensor _predictions = new(most.Items, m.Options.OutputSize);
        private RecurrentState _training = m._recurrent.CreateState(most.Rows);
        private RecurrentState? _evaluation;

        public override bool CarriesState => true;

        public override LossSum ForwardBackward(in RegressionWindow batch, Mode mode, float scale, GradientBuffer g)
        {
            SequenceView dHidden = default;
            ReadOnlySequenceView x = Inputs(batch);
            MatrixView predictions = Forward(x, State(batch, ref _training!), mode);
            LossSum loss = MeanSquaredError.ForwardBackward(predictions, Targets(batch), scale, predictions);
            dHidden = _tape.OutputGradient;
            m._output.Backward(Parameters, _tape.Output.Flattened, predictions, g, dHidden.Flattened);
            m._recurrent.Backward(Parameters, x, dHidden, _tape, g, default);
            return loss;
        }

        public override LossSum Evaluate(in RegressionWindow batch, Measurements results) =>
            MeanSquaredError.Forward(Forward(Inputs(batch), State(batch, ref _evaluation), Mode.Inference), Targets(batch));

        public override void SaveState(CheckpointWriter writer)
        {
            writer.Add(RowsKey, _training.Batch);
            writer.Add(StateKey, _training);
        }

        public override void LoadState(CheckpointReader reader)
        {
            RecurrentState state = m._recurrent.CreateState((int)reader.WholeNumber(RowsKey, 1, most.Rows));
            reader.CopyTo(StateKey, state);
            _training = state;
        }

        private ReadOnlySequenceView Inputs(in RegressionWindow batch) =>
            new(batch.Inputs.Span, batch.Steps, batch.Rows, m.Options.InputSize);

        private ReadOnlyMatrixView Targets(in RegressionWindow batch) =>
            new(batch.Targets.Span, batch.Steps * batch.Rows, m.Options.OutputSize);

        private MatrixView Forward(ReadOnlySequenceView x, RecurrentState state, Mode mode)
        {
            m._recurrent.Forward(Parameters, x, default, state, mode, _tape);
            MatrixView predictions = _predictions.AsMatrix().Slice(0, x.Steps * x.Batch);
            m._output.Forward(Parameters, _tape.Output.Flattened, predictions);
            return predictions;
        }

        private RecurrentState State(in RegressionWindow batch, ref RecurrentState? state)
        {
            if (batch.IsFirst && state?.Batch == batch.Rows)
                state.Clear();
            else if (batch.IsFirst || state is null)
                state = m._recurrent.CreateState(batch.Rows);
            else if (state.Batch != batch.Rows)
                Throw.WindowRows(batch.Rows, state.Batch);

            return state;
        }
    }
}
