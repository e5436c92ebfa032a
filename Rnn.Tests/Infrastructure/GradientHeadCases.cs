using System.Collections.Generic;
using Rnn.Core.Heads;
using Rnn.Core.Layers;
using Rnn.Core.Losses;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Tests.Infrastructure.Oracles;

namespace Rnn.Tests.Infrastructure;

/// <summary>The softmax head's part of the catalogue.</summary>
internal static class GradientHeadCases
{
    private const ulong Seed = 20;
    private const string Layer = "SoftmaxHead";

    public static IEnumerable<GradientCase> All =>
    [
        new(Layer, "weights and bias", "all targets count", (name, options) => Check(name, options, 5, 7)),
        new(Layer, "weights and bias", "some targets ignored",
            (name, options) => Check(name, options, 5, 7, ignoreSome: true)),
        new(Layer, "weights and bias", "sum times a scale", (name, options) => Check(name, options, 5, 7, scale: 0.3f)),
        new(Layer, "weights and bias", "no input gradient",
            (name, options) => Check(name, options, 5, 7, inputGradient: false)),
        new(Layer, "weights and bias", "whole and broken chunks of words",
            (name, options) => Check(name, options, 3, 455, scale: 0.3f)),
        new(Layer, "weights and bias", "several blocks of rows, some targets ignored",
            (name, options) => Check(name, options, 720, 5, ignoreSome: true)),
        new(Layer, "weights and bias", "labels smoothed",
            (name, options) => Check(name, options, 5, 7, scale: 0.3f, smoothing: 0.2f)),
        new(Layer, "weights and bias", "labels smoothed, chunks and blocks, some targets ignored",
            (name, options) => Check(name, options, 470, 231, ignoreSome: true, inputGradient: false, scale: 0.3f,
                smoothing: 0.1f, e: 1)),
        new(Layer, "weights only", "all labels alike",
            (name, options) => Check(name, options, 5, 7, bias: false, scale: 0.3f, smoothing: 1)),
        new(Layer, "weights only", "all targets count", (name, options) => Check(name, options, 5, 7, bias: false)),
        new(Layer, "weights only", "some targets ignored",
            (name, options) => Check(name, options, 5, 7, bias: false, ignoreSome: true)),
        new(Layer, "weights of an embedding, bias", "repeated and untouched rows",
            (name, options) => CheckTied(name, options, true)),
        new(Layer, "weights of an embedding", "repeated and untouched rows",
            (name, options) => CheckTied(name, options, false)),
    ];

    private static GradientReportRow Check(string name, string options, int n, int v, bool bias = true,
        bool ignoreSome = false, bool inputGradient = true, float? scale = null, float smoothing = 0, int e = 3)
    {
        ParameterLayout layout = new();
        SoftmaxHead head = new(layout, "head", e, v, bias, smoothing);
        ParameterBuffer p = TestNumbers.Parameters(layout, Seed);
        GradientBuffer g = new(layout);
        SoftmaxHeadTape tape = head.CreateTape(n);
        float[] x = TestNumbers.Uniform(n * e, Seed, stream: 2), dX = new float[inputGradient ? n * e : 0];
        int[] targets = TestNumbers.Indices(n, v, Seed, stream: 3);
        for (int row = 1; row < n && ignoreSome; row += 3)
            targets[row] = LossOracle.Ignored;

        ReadOnlyMatrixView input = new(x, n, e);
        MatrixView dInput = inputGradient ? new MatrixView(dX, n, e) : default;
        LossSum loss = smoothing > 0
            ? head.ForwardBackward(p, input, targets, Mode.Training(Seed, 1), scale!.Value, tape, g, dInput)
            : scale is { } factor
            ? head.ForwardBackward(p, input, targets, factor, tape, g, dInput)
            : head.ForwardBackward(p, input, targets, tape, g, dInput);

        double[] xDouble = TestNumbers.ToDouble(x), w = TestNumbers.ToDouble(p[head.Weights].Span);
        double[]? b = head.Bias is { } slot ? TestNumbers.ToDouble(p[slot].Span) : null;
        List<GradientVariable> variables = [new("weight", w, g[head.Weights].Span.ToArray())];
        if (head.Bias is { } biasSlot)
            variables.Add(new GradientVariable("bias", b!, g[biasSlot].Span.ToArray()));

        if (inputGradient)
            variables.Add(new GradientVariable("x", xDouble, dX));

        return GradientCheck.Run(name, options, variables,
            [new("loss", [(float)(scale is null ? loss.Mean : loss.Sum)], [scale ?? 1])],
            () =>
            {
                (double sum, int count) = SoftmaxHeadOracle.Run(xDouble, w, b, targets, smoothing);
                return [[scale is null ? sum / count : sum]];
            });
    }

    /// <summary>The embedding reads the table, the head reads it again: both gradients go to one slot.</summary>
    private static GradientReportRow CheckTied(string name, string options, bool bias)
    {
        const int v = 7, e = 3;
        int[] indices = [4, 1, 4, 0, 4], targets = [1, 4, 0, LossOracle.Ignored, 6];
        int n = indices.Length;
        ParameterLayout layout = new();
        Embedding embedding = new(layout, "words", v, e, SlotStorage.Dense);
        SoftmaxHead head = new(layout, "head", embedding.Table, bias);
        ParameterBuffer p = TestNumbers.Parameters(layout, Seed);
        GradientBuffer g = new(layout);
        MatrixView x = new(new float[n * e], n, e), dX = new(new float[n * e], n, e);
        embedding.Forward(p, indices, x);
        LossSum loss = head.ForwardBackward(p, x, targets, head.CreateTape(n), g, dX);
        embedding.Backward(indices, dX, g);

        double[] table = TestNumbers.ToDouble(p[embedding.Table].Span);
        double[]? b = head.Bias is { } slot ? TestNumbers.ToDouble(p[slot].Span) : null;
        List<GradientVariable> variables = [new("weight", table, g[embedding.Table].Span.ToArray())];
        if (head.Bias is { } biasSlot)
            variables.Add(new GradientVariable("bias", b!, g[biasSlot].Span.ToArray()));

        return GradientCheck.Run(name, options, variables, [new("loss", [(float)loss.Mean], [1])], () =>
        {
            (double sum, int count) = SoftmaxHeadOracle.Run(EmbeddingOracle.Run(table, indices, e), table, b, targets);
            return [[sum / count]];
        });
    }
}
