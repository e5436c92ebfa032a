using System;
using System.IO;
using Rnn.Core.Layers.Attention;
using Rnn.Core.Layers.Normalization;
using Rnn.Core.Parameters;
using Rnn.Core.Serialization.Safetensors;
using Rnn.Core.Tensors;

namespace Rnn.Core.Serialization.Keras;

// The layers of a Transformer, both ways.
public sealed partial class KerasWeights
{
    private const string AttentionOutput = "attention_output";

    // Keras's layers inside an attention, in the order of our columns.
    private static readonly string[] s_attentionInputs = ["query", "key", "value"];

    /// <summary>Overwrites the parameters of a normalisation with those of Keras's LayerNormalization over the last
    /// axis, whose epsilon must be the 1e-5 of ours; Keras's default is 1e-3, and no file says it.</summary>
    /// <param name="parameters">Of the network. The layer's are overwritten; untouched where an exception is
    /// thrown.</param>
    /// <param name="norm">The layer.</param>
    /// <param name="path">Keras's, for instance "layer_normalization".</param>
    /// <exception cref="InvalidDataException">A weight is missing (center=False, scale=False), too many or of another
    /// shape.</exception>
    public void Load(ParameterBuffer parameters, LayerNorm norm, string path)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(norm);
        ArgumentNullException.ThrowIfNull(path);
        CheckExtra(path, "gamma", "beta");
        float[] gamma = Read(path, "gamma", null, 0, norm.Size), beta = Read(path, "beta", null, 0, norm.Size);
        ParameterWriter writer = parameters.BeginWrite();
        gamma.CopyTo(writer[norm.Weights].Span);
        beta.CopyTo(writer[norm.Bias].Span);
    }

    /// <summary>Overwrites the parameters of an attention with those of Keras's MultiHeadAttention with as many heads
    /// of key_dim = value_dim = E/heads.</summary>
    /// <param name="parameters">Of the network. The layer's are overwritten; untouched where an exception is
    /// thrown.</param>
    /// <param name="attention">The layer.</param>
    /// <param name="path">Keras's, for instance "multi_head_attention".</param>
    /// <exception cref="InvalidDataException">A weight is missing, too many or of another shape: another number of
    /// heads, another key_dim, or use_bias=False.</exception>
    public void Load(ParameterBuffer parameters, MultiHeadAttention attention, string path)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(attention);
        ArgumentNullException.ThrowIfNull(path);
        int size = attention.Size, heads = attention.Heads, headSize = size / heads;
        CheckExtra(path, "query/kernel", "query/bias", "key/kernel", "key/bias", "value/kernel", "value/bias",
            "attention_output/kernel", "attention_output/bias");
        float[][] kernels = Array.ConvertAll(s_attentionInputs,
            input => Read($"{path}/{input}", "kernel", null, 0, size, heads, headSize));
        float[][] biases = Array.ConvertAll(s_attentionInputs,
            input => Read($"{path}/{input}", "bias", null, 0, heads, headSize));
        float[] output = Read($"{path}/{AttentionOutput}", "kernel", null, 0, heads, headSize, size);
        float[] outputBias = Read($"{path}/{AttentionOutput}", "bias", null, 0, size);
        ParameterWriter writer = parameters.BeginWrite();
        for (int i = 0; i < kernels.Length; i++)
        {
            new ReadOnlyMatrixView(kernels[i], size, size).CopyTo(writer[attention.InWeights].Columns(i * size, size));
            biases[i].CopyTo(writer[attention.InBias].Span[(i * size)..]);
        }

        output.CopyTo(writer[attention.OutWeights].Span);
        outputBias.CopyTo(writer[attention.OutBias].Span);
    }

    /// <summary>Adds the parameters of a normalisation as Keras's LayerNormalization(epsilon=1e-5) has them.</summary>
    /// <param name="writer">Receives "path/gamma" and "path/beta".</param>
    /// <param name="parameters">Read.</param>
    /// <param name="norm">The layer.</param>
    /// <param name="path">Keras's, for instance "layer_normalization".</param>
    /// <exception cref="ArgumentException">A name is taken.</exception>
    public static void Add(SafetensorsWriter writer, ParameterBuffer parameters, LayerNorm norm, string path)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(norm);
        writer.Add($"{path}/gamma", [norm.Size], parameters[norm.Weights].Span);
        writer.Add($"{path}/beta", [norm.Size], parameters[norm.Bias].Span);
    }

    /// <summary>Adds the parameters of an attention as Keras's MultiHeadAttention(heads, key_dim=E/heads) has
    /// them.</summary>
    /// <param name="writer">Receives "path/query/kernel", "path/query/bias" and so on.</param>
    /// <param name="parameters">Read.</param>
    /// <param name="attention">The layer.</param>
    /// <param name="path">Keras's, for instance "multi_head_attention".</param>
    /// <exception cref="ArgumentException">A name is taken.</exception>
    public static void Add(SafetensorsWriter writer, ParameterBuffer parameters, MultiHeadAttention attention, string path)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(attention);
        int size = attention.Size, heads = attention.Heads, headSize = size / heads;
        float[] kernel = new float[size * size];
        for (int i = 0; i < s_attentionInputs.Length; i++)
        {
            parameters[attention.InWeights].Columns(i * size, size).CopyTo(new MatrixView(kernel, size, size));
            writer.Add($"{path}/{s_attentionInputs[i]}/kernel", [size, heads, headSize], kernel);
            writer.Add($"{path}/{s_attentionInputs[i]}/bias", [heads, headSize],
                parameters[attention.InBias].Span.Slice(i * size, size));
        }

        writer.Add($"{path}/{AttentionOutput}/kernel", [heads, headSize, size], parameters[attention.OutWeights].Span);
        writer.Add($"{path}/{AttentionOutput}/bias", [size], parameters[attention.OutBias].Span);
    }
}
