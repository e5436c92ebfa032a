using System;
using System.IO;
using System.Runtime.InteropServices;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Core.Serialization.Onnx;

/// <summary>
/// Writes parameters as ONNX's operators want them, least significant byte first and straight from where they lie: what
/// is copied is one chunk of a transposed matrix at a time.
/// </summary>
internal static class OnnxWeights
{
    private const int ChunkRows = 64;

    /// <summary>Writes all elements in their order.</summary>
    public static void Write(Stream stream, ReadOnlySpan<float> values)
    {
        if (BitConverter.IsLittleEndian)
        {
            stream.Write(MemoryMarshal.AsBytes(values));
            return;
        }

        foreach (byte[] chunk in ByteChunks.Copy(values).Chunks)
            stream.Write(chunk);
    }

    /// <summary>Writes W^T [G*H, I] with its gates in another order.</summary>
    /// <param name="stream">Written.</param>
    /// <param name="parameters">Read.</param>
    /// <param name="weights">W [I, G*H].</param>
    /// <param name="gates">Which of our gates is the first, the second, ... to be written [G].</param>
    public static void WriteTransposed(Stream stream, ParameterBuffer parameters, ParameterSlot weights,
        ReadOnlySpan<int> gates)
    {
        ReadOnlyMatrixView w = parameters[weights];
        int units = w.Cols / gates.Length;
        float[] chunk = new float[Math.Min(ChunkRows, units) * w.Rows];
        foreach (int gate in gates)
        {
            for (int done = 0; done < units; done += ChunkRows)
            {
                int rows = Math.Min(ChunkRows, units - done);
                Transpose(w, (gate * units) + done, rows, chunk);
                Write(stream, chunk.AsSpan(0, rows * w.Rows));
            }
        }
    }

    /// <summary>Writes a bias [G*H] with its gates in another order.</summary>
    /// <param name="stream">Written.</param>
    /// <param name="parameters">Read.</param>
    /// <param name="bias">b [1, G*H]; zeros are written for null.</param>
    /// <param name="units">H.</param>
    /// <param name="gates">As for the weights [G].</param>
    public static void WriteBias(Stream stream, ParameterBuffer parameters, ParameterSlot? bias, int units,
        ReadOnlySpan<int> gates)
    {
        ReadOnlySpan<float> values = bias is { } slot ? parameters[slot].Span : new float[gates.Length * units];
        foreach (int gate in gates)
            Write(stream, values.Slice(gate * units, units));
    }

    // to[j, i] = w[i, first + j].
    private static void Transpose(ReadOnlyMatrixView w, int first, int count, Span<float> to)
    {
        for (int i = 0; i < w.Rows; i++)
        {
            ReadOnlySpan<float> row = w.Row(i).Slice(first, count);
            for (int j = 0; j < count; j++)
                to[(j * w.Rows) + i] = row[j];
        }
    }
}
