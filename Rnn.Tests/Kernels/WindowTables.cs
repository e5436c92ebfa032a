using System;
using Rnn.Core.Kernels.WordVectors;
using Rnn.Tests.Infrastructure;

namespace Rnn.Tests.Kernels;

/// <summary>Tables of random numbers, and their trainer.</summary>
internal sealed class WindowTables
{
    public WindowTables(WindowPlanOracle plan, bool average, int dimensions, int shards, float limit = 0.4f)
    {
        int rows = plan.Vocabulary;
        Input = TestNumbers.Uniform(rows * dimensions, 6, 1, limit);
        Output = TestNumbers.Uniform(rows * dimensions, 6, 2, limit);
        Tables = new EmbeddingShards(rows, dimensions, shards);
        for (int i = 0; i < rows; i++)
        {
            Tables.WriteInput(i, Input.AsSpan(i * dimensions, dimensions));
            Tables.WriteOutput(i, Output.AsSpan(i * dimensions, dimensions));
        }

        Trainer = new WindowTrainer(Tables, plan.Keep, plan.Noise, plan.Reach, plan.Negatives, average, plan.Seed);
    }

    /// <summary>[V, D], as at first.</summary>
    public float[] Input { get; }

    /// <summary>[V, D], as at first.</summary>
    public float[] Output { get; }

    public EmbeddingShards Tables { get; }

    public WindowTrainer Trainer { get; }

    /// <summary>[2, V, D]: the input table as it is now, and the output table.</summary>
    public float[] Read()
    {
        int d = Tables.Dimensions;
        float[] all = new float[Input.Length * 2];
        for (int i = 0; i < Tables.Rows; i++)
        {
            Tables.ReadInput(i, all.AsSpan(i * d, d));
            Tables.ReadOutput(i, all.AsSpan(Input.Length + (i * d), d));
        }

        return all;
    }
}
