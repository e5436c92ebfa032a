using System;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Tensors;

namespace Rnn.Core.Parameters;

/// <summary>
/// What a parameter is before training. A slot has its own (<see cref="ParameterLayout.Add"/>), and draws them from a
/// stream of random numbers of its own, so that they don't change when another layer comes or goes (design decision
/// D58). A rule of one's own is a class that overrides <see cref="Fill"/>.
/// </summary>
public abstract class InitialValues
{
    /// <summary>All 0.</summary>
    public static InitialValues Zeros { get; } = new ConstantValues(0);

    /// <summary>Uniform in +-sqrt(6/(rows + columns)): <see cref="Initializer.GlorotUniform"/>.</summary>
    public static InitialValues Glorot { get; } = new GlorotValues();

    /// <summary>All the same.</summary>
    /// <param name="value">Any number.</param>
    public static InitialValues Constant(float value) => new ConstantValues(value);

    /// <summary>Columns in blocks of equal width, each block all the same: the biases of gates.</summary>
    /// <param name="values">The number of each block; at least one. The columns of the slot divide into as many.</param>
    /// <exception cref="ArgumentException">There is no block.</exception>
    public static InitialValues Blocks(params float[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Length == 0)
            Throw.EmptySpan(nameof(Blocks), nameof(values));

        return new BlockValues([.. values]);
    }

    /// <summary>Uniform in [-limit, limit).</summary>
    /// <param name="limit">0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is negative.</exception>
    public static InitialValues Uniform(float limit)
    {
        if (!(limit >= 0))
            Throw.OutOfRange(nameof(limit), limit, "0 or more");

        return new UniformValues(limit);
    }

    /// <summary>Uniform in +-1/sqrt(inputs): PyTorch's default of linear and recurrent layers.</summary>
    /// <param name="inputs">Inputs of a unit, more than 0; of a recurrent cell, its units.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no input.</exception>
    public static InitialValues UniformByInputs(int inputs)
    {
        if (inputs <= 0)
            Throw.NotPositive(nameof(inputs), inputs);

        return new UniformValues(1f / MathF.Sqrt(inputs));
    }

    /// <summary>Normal with mean 0.</summary>
    /// <param name="deviation">The standard deviation, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The deviation is negative.</exception>
    public static InitialValues Normal(float deviation)
    {
        if (!(deviation >= 0))
            Throw.OutOfRange(nameof(deviation), deviation, "0 or more");

        return new NormalValues(deviation);
    }

    /// <summary>Columns in blocks of equal width, each an orthogonal matrix: the recurrent weights of gates.</summary>
    /// <param name="blocks">How many, more than 0; 1 by default. The columns of the slot divide into as many.</param>
    /// <param name="gain">The factor; 1 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no block.</exception>
    public static InitialValues Orthogonal(int blocks = 1, float gain = 1)
    {
        if (blocks <= 0)
            Throw.NotPositive(nameof(blocks), blocks);

        return new OrthogonalValues(blocks, gain);
    }

    /// <summary>Draws all values of a slot.</summary>
    /// <param name="values">[Rows, Cols] of the slot, as they lie in memory. Overwritten.</param>
    /// <param name="random">The slot's own stream. Advanced.</param>
    public abstract void Fill(MatrixView values, ref Philox random);

    private static int Width(MatrixView values, int blocks)
    {
        if (values.Cols % blocks != 0)
            Throw.ShapeMismatch(nameof(InitialValues), nameof(values), $"columns in {blocks} equal blocks", $"{values.Cols} columns");

        return values.Cols / blocks;
    }

    private sealed class ConstantValues(float value) : InitialValues
    {
        public override void Fill(MatrixView values, ref Philox random) => values.Span.Fill(value);
    }

    private sealed class BlockValues(float[] blocks) : InitialValues
    {
        public override void Fill(MatrixView values, ref Philox random)
        {
            int width = Width(values, blocks.Length);
            for (int i = 0; i < values.Rows; i++)
            {
                for (int block = 0; block < blocks.Length; block++)
                    values.Row(i).Slice(block * width, width).Fill(blocks[block]);
            }
        }
    }

    private sealed class UniformValues(float limit) : InitialValues
    {
        public override void Fill(MatrixView values, ref Philox random) =>
            Initializer.Uniform(values.Span, -limit, limit, ref random);
    }

    private sealed class NormalValues(float deviation) : InitialValues
    {
        public override void Fill(MatrixView values, ref Philox random) =>
            Initializer.Normal(values.Span, 0f, deviation, ref random);
    }

    private sealed class GlorotValues : InitialValues
    {
        public override void Fill(MatrixView values, ref Philox random) =>
            Initializer.GlorotUniform(values.Span, values.Rows, values.Cols, ref random);
    }

    private sealed class OrthogonalValues(int blocks, float gain) : InitialValues
    {
        public override void Fill(MatrixView values, ref Philox random)
        {
            int width = Width(values, blocks);
            for (int block = 0; block < blocks; block++)
                Initializer.Orthogonal(values, block * width, width, gain, ref random);
        }
    }
}
