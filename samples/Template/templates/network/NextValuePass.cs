using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Losses;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Models.Training;

namespace MyNetwork;

/// <summary>
/// What one batch does: values -> recurrent layers -> linear -> the values after them, and back. There is no automatic
/// differentiation: each line of the way back is the twin of one of the way forwards, in reverse order.
/// </summary>
internal sealed class NextValuePass(ParameterBuffer parameters, RecurrentStack stack, Linear output, int steps, int rows)
    : Pass<float[]>("next-value/1", parameters)
{
    // What Forward leaves for Backward: made once, nothing is allocated in a step.
    private readonly RecurrentTape _tape = stack.CreateTape(steps, rows);
    private readonly Tensor _y = new(steps * rows, 1);

    public override LossSum ForwardBackward(in float[] batch, Mode mode, float scale, GradientBuffer g)
    {
        MatrixView y = Forward(batch, mode), dY = y;   // the gradient overwrites what nobody reads any more
        LossSum loss = MeanSquaredError.ForwardBackward(y, Next(batch), scale, dY);
        output.Backward(Parameters, _tape.Output.Flattened, dY, g, _tape.OutputGradient.Flattened);
        stack.Backward(Parameters, Read(batch), _tape.OutputGradient, _tape, g, default);
        return loss;
    }

    public override LossSum Evaluate(in float[] batch, Measurements results) =>
        MeanSquaredError.Forward(Forward(batch, Mode.Inference), Next(batch));

    /// <summary>Goes on with a series, each value from the last one.</summary>
    public float[] Continue(ReadOnlySpan<float> known, int count)
    {
        RecurrentTape tape = stack.CreateTape(Math.Max(1, known.Length), 1, TapeUse.Inference);
        RecurrentState state = stack.CreateState(batch: 1);
        Tensor y = new(1, 1);
        float[] values = new float[count];
        ReadOnlySpan<float> read = known;
        for (int i = 0; i < count; i++)
        {
            // At first all known values, then one at a time; the state says what came before.
            stack.Forward(Parameters, new ReadOnlySequenceView(read, read.Length, batch: 1, features: 1), default, state,
                Mode.Inference, tape);
            output.Forward(Parameters, tape.Output[read.Length - 1], y.AsMatrix());
            values[i] = y.AsMatrix()[0, 0];
            read = values.AsSpan(i, 1);
        }

        return values;
    }

    private MatrixView Forward(float[] batch, Mode mode)
    {
        stack.Forward(Parameters, Read(batch), default, mode, _tape);
        output.Forward(Parameters, _tape.Output.Flattened, _y.AsMatrix());
        return _y.AsMatrix();
    }

    private ReadOnlySequenceView Read(float[] batch) => new(batch.AsSpan(0, steps * rows), steps, rows, features: 1);

    private ReadOnlyMatrixView Next(float[] batch) => new(batch.AsSpan(rows), steps * rows, cols: 1);
}
