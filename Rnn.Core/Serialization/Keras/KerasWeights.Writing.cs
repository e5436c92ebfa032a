using System;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Core.Serialization.Safetensors;

namespace Rnn.Core.Serialization.Keras;

// The other way: for "for w in model.weights: w.assign(tensors[w.path])".
public sealed partial class KerasWeights
{
    /// <summary>Adds the parameters of a cell as Keras's LSTM, GRU (reset_after=True) or SimpleRNN has them.</summary>
    /// <param name="writer">Receives "path/kernel", "path/recurrent_kernel" and "path/bias".</param>
    /// <param name="parameters">Read.</param>
    /// <param name="cell">As for Load. Of an LSTM or SimpleRnn with two biases their sum is written.</param>
    /// <param name="path">Keras's, for instance "lstm/lstm_cell".</param>
    /// <exception cref="ArgumentException">The cell has an option that Keras's haven't, or a name is taken.</exception>
    public static void Add(SafetensorsWriter writer, ParameterBuffer parameters, RecurrentCellLayer cell, string path)
    {
        ArgumentNullException.ThrowIfNull(writer);
        int[] gates = GatesOf(parameters, cell, path);
        int units = cell.HiddenSize, wide = gates.Length * units;
        Add("kernel", parameters[cell.InputWeights].Span, cell.InputSize, wide);
        Add("recurrent_kernel", parameters[cell.RecurrentWeights].Span, units, wide);
        float[] biases = new float[2 * wide];
        parameters[cell.InputBias].Span.CopyTo(biases);
        if (cell.RecurrentBias is { } second)
            parameters[second].Span.CopyTo(biases.AsSpan(wide));

        if (cell is Gru)
        {
            Add("bias", biases, 2, wide);
            return;
        }

        for (int i = 0; i < wide; i++)
            biases[i] += biases[wide + i];   // only their sum matters

        Add("bias", biases.AsSpan(0, wide), wide);

        void Add(string weight, ReadOnlySpan<float> values, params long[] shape)
        {
            float[] reordered = new float[values.Length];
            Reorder(values, gates, units, reordered);
            writer.Add($"{path}/{weight}", shape, reordered);
        }
    }

    /// <summary>Adds the parameters of a linear layer as Keras's Dense has them.</summary>
    /// <param name="writer">Receives "path/kernel" and "path/bias".</param>
    /// <param name="parameters">Read.</param>
    /// <param name="linear">The layer.</param>
    /// <param name="path">Keras's, for instance "dense".</param>
    /// <exception cref="ArgumentException">A name is taken.</exception>
    public static void Add(SafetensorsWriter writer, ParameterBuffer parameters, Linear linear, string path)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(linear);
        writer.Add($"{path}/kernel", [linear.InputSize, linear.OutputSize], parameters[linear.Weights].Span);
        if (linear.Bias is { } bias)
            writer.Add($"{path}/bias", [linear.OutputSize], parameters[bias].Span);
    }

    /// <summary>Adds a table as Keras's Embedding has it.</summary>
    /// <param name="writer">Receives "path/embeddings".</param>
    /// <param name="parameters">Read.</param>
    /// <param name="embedding">The layer.</param>
    /// <param name="path">Keras's, for instance "embedding".</param>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public static void Add(SafetensorsWriter writer, ParameterBuffer parameters, Embedding embedding, string path)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(embedding);
        writer.Add($"{path}/embeddings", [embedding.Table.Rows, embedding.Size], parameters[embedding.Table].Span);
    }
}
