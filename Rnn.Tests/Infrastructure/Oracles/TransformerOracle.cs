using System;
using System.Collections.Generic;
using Rnn.Core.Layers;

namespace Rnn.Tests.Infrastructure.Oracles;

/// <summary>The layers of a Transformer, loop by loop as the papers write them, in double. Parameters are found by
/// their names, each as it lies in memory ([in, out]).</summary>
internal sealed class TransformerOracle(IReadOnlyDictionary<string, double[]> parameters, Mode mode)
{
    public double[] LayerNorm(string name, double[] x, int size)
    {
        double[] w = parameters[$"{name}.weight"], b = parameters[$"{name}.bias"], y = new double[x.Length];
        for (int row = 0; row < x.Length; row += size)
        {
            double mean = 0, variance = 0;
            for (int j = 0; j < size; j++)
                mean += x[row + j] / size;

            for (int j = 0; j < size; j++)
                variance += (x[row + j] - mean) * (x[row + j] - mean) / size;

            for (int j = 0; j < size; j++)
                y[row + j] = (w[j] * (x[row + j] - mean) / Math.Sqrt(variance + 1e-5f)) + b[j];
        }

        return y;
    }

    public double[] FeedForward(string name, double[] x, int size, int hidden, bool gelu, double dropout)
    {
        int rows = x.Length / size;
        double[] z = LinearOracle.Run(x, parameters[$"{name}.linear1.weight"], parameters[$"{name}.linear1.bias"], rows,
            size, hidden);
        for (int i = 0; i < z.Length; i++)
            z[i] = gelu ? z[i] * Normal(z[i]) : Math.Max(0, z[i]);

        new DropoutOracle($"{name}.dropout", dropout, mode).Apply(z, 0);
        return LinearOracle.Run(z, parameters[$"{name}.linear2.weight"], parameters[$"{name}.linear2.bias"], rows, hidden,
            size);
    }

    /// <summary>x [T, B, E] over memory [S, B, E].</summary>
    public double[] Attention(string name, double[] x, double[] memory, AttentionSetup s)
    {
        (int b, int e, int h) = (s.Rows, s.Size, s.Heads);
        int t = x.Length / (b * e), steps = memory.Length / (b * e), d = e / h;
        double[] w = parameters[$"{name}.in_proj_weight"], bias = parameters[$"{name}.in_proj_bias"];
        double[] q = Project(x, w, bias, e, 0), k = Project(memory, w, bias, e, 1), v = Project(memory, w, bias, e, 2);
        double[] weights = new double[b * h * t * steps], context = new double[x.Length];
        for (int row = 0; row < b; row++)
        {
            for (int head = 0; head < h; head++)
            {
                for (int i = 0; i < t; i++)
                {
                    int n = s.Lengths.Length == 0 ? steps : s.Lengths[row];
                    n = s.IsCausal ? Math.Min(n, i + 1) : n;
                    Span<double> p = weights.AsSpan((((row * h) + head) * t + i) * steps, n);
                    double sum = 0;
                    for (int j = 0; j < n; j++)
                    {
                        for (int c = 0; c < d; c++)
                            p[j] += q[(((i * b) + row) * e) + (head * d) + c] * k[(((j * b) + row) * e) + (head * d) + c];

                        p[j] = Math.Exp(p[j] / Math.Sqrt(d));
                        sum += p[j];
                    }

                    for (int j = 0; j < n; j++)
                        p[j] /= sum;
                }
            }
        }

        new DropoutOracle($"{name}.dropout", s.Dropout, mode).Apply(weights, 0);
        for (int i = 0; i < context.Length; i++)
        {
            int step = i / (b * e), row = i / e % b, head = i % e / d;
            for (int j = 0; j < steps; j++)
            {
                double share = weights[(((((row * h) + head) * t) + step) * steps) + j];
                if (share != 0)
                    context[i] += share * v[(((j * b) + row) * e) + (i % e)];
            }
        }

        return LinearOracle.Run(context, parameters[$"{name}.out_proj.weight"], parameters[$"{name}.out_proj.bias"], t * b, e,
            e);
    }

    /// <summary>An encoder, or with a memory a decoder.</summary>
    public double[] Stack(string name, double[] x, double[]? memory, StackSetup s)
    {
        for (int i = 0; i < s.Layers; i++)
        {
            string layer = $"{name}.layers.{i}";
            AttentionSetup attention = s.Attention with { IsCausal = memory is not null };
            if (memory is not null)
                attention = attention with { Lengths = [] };

            List<Func<double[], double[]>> branches =
                [input => Attention($"{layer}.self_attn", input, input, attention)];
            if (memory is not null)
                branches.Add(input => Attention($"{layer}.multihead_attn", input, memory, s.Attention));

            branches.Add(input => FeedForward(layer, input, s.Attention.Size, s.Hidden, s.Gelu, s.Dropout));
            for (int j = 0; j < branches.Count; j++)
            {
                string norm = $"{layer}.norm{j + 1}";
                double[] branch = branches[j](s.NormFirst ? LayerNorm(norm, x, s.Attention.Size) : x);
                new DropoutOracle($"{layer}.dropout{j + 1}", s.Dropout, mode).Apply(branch, 0);
                for (int k = 0; k < branch.Length; k++)
                    branch[k] += x[k];

                x = s.NormFirst ? branch : LayerNorm(norm, branch, s.Attention.Size);
            }
        }

        return s.FinalNorm ? LayerNorm($"{name}.norm", x, s.Attention.Size) : x;
    }

    private static double[] Project(double[] x, double[] w, double[] bias, int e, int part)
    {
        double[] y = new double[x.Length];
        for (int i = 0; i < y.Length; i++)
        {
            int column = (part * e) + (i % e), row = i / e * e;
            y[i] = bias[column];
            for (int k = 0; k < e; k++)
                y[i] += x[row + k] * w[(k * 3 * e) + column];
        }

        return y;
    }

    /// <summary>The normal distribution by its power series: 1/2 + phi(x)*(x + x^3/3 + x^5/15 + ...).</summary>
    private static double Normal(double x)
    {
        double term = x, sum = 0;
        for (int n = 3; Math.Abs(term) > 1e-18; n += 2)
        {
            sum += term;
            term *= x * x / n;
        }

        return 0.5 + (sum * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI));
    }
}

/// <summary>B, E, heads; keys of each row, or none for all.</summary>
internal sealed record AttentionSetup(int Rows, int Size, int Heads, int[] Lengths, bool IsCausal = false, double Dropout = 0);

/// <summary>How layers are put together.</summary>
internal sealed record StackSetup(AttentionSetup Attention, int Hidden, int Layers = 1, bool Gelu = false, double Dropout = 0,
    bool NormFirst = false, bool FinalNorm = false);
