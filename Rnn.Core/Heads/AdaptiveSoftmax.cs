using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Layers;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Core.Heads;

/// <summary>
/// A softmax over a vocabulary in clusters, the most frequent words first: a head over the shortlist (words below the
/// first cutoff) and one entry for each cluster of rarer words, and for each cluster a tail, a softmax over its words
/// behind a projection to fewer numbers. P(v) = P(v | shortlist and clusters), or P(cluster) * P(v | cluster). Exact:
/// all V probabilities sum to 1. It costs less since few rows have a rare word as their target, and only those
/// are multiplied with its cluster's words; and since rare words have short vectors.
/// Word ids must be sorted by frequency, descending; otherwise it is as right, but slower and worse. Nothing is
/// allocated; the bits don't depend on the number of threads, and a row's loss not on other rows. The derivation is in
/// AdaptiveSoftmax.md. Parameters are those of PyTorch's AdaptiveLogSoftmaxWithLoss, by name, shape and initial values.
/// Source: Grave, Joulin, Cisse, Grangier, Jegou, "Efficient softmax approximation for GPUs", 2016.
/// </summary>
public sealed class AdaptiveSoftmax : VocabularyHead
{
    private const int ScratchFloats = 2048;   // of LogProbabilities, 8 kB of the stack

    private readonly SoftmaxHead _head;
    private readonly Tail[] _tails;
    private readonly int[] _cutoffs;
    private readonly int _vocabulary;

    /// <summary>Declares the parameters of clusters [0, cutoffs[0]), [cutoffs[0], cutoffs[1]) .. [last, V).</summary>
    /// <param name="layout">
    /// Receives head.weight [cutoffs[0] + clusters, E], head.bias if asked for, and for each cluster i of n words
    /// tail.i.0.weight (in files [D, E]) and tail.i.1.weight [n, D], D = E / divisor^(i+1) rounded down.
    /// </param>
    /// <param name="name">What the parameters' names begin with.</param>
    /// <param name="inputSize">E.</param>
    /// <param name="vocabulary">V.</param>
    /// <param name="cutoffs">
    /// Where the clusters begin, ascending, each 1 .. V-1: for instance 2,000 and 10,000 of 33,000 words. None is one
    /// softmax over all words.
    /// </param>
    /// <param name="divisor">By how much each cluster's vectors are shorter than those of the one before, at least 1;
    /// 4 by default.</param>
    /// <param name="bias">Whether the head has a bias; by default it has none. Tails never have.</param>
    /// <exception cref="ArgumentException">
    /// The cutoffs don't ascend or aren't in 1 .. V-1, the divisor is below 1 or leaves a cluster no numbers, the name
    /// is taken or empty, or a size is not positive.
    /// </exception>
    public AdaptiveSoftmax(ParameterLayout layout, string name, int inputSize, int vocabulary,
        ReadOnlySpan<int> cutoffs, double divisor = 4, bool bias = false)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (inputSize <= 0)
            Throw.NotPositive(nameof(inputSize), inputSize);

        if (vocabulary <= 0)
            Throw.NotPositive(nameof(vocabulary), vocabulary);

        if (!(divisor >= 1))
            Throw.OutOfRange(nameof(divisor), divisor, "1 or more");

        for (int i = 0; i < cutoffs.Length; i++)
        {
            int previous = i == 0 ? 0 : cutoffs[i - 1];
            if (cutoffs[i] <= previous || cutoffs[i] >= vocabulary)
                Throw.Cutoff(name, i, cutoffs[i], previous, vocabulary);

            if (ProjectedSize(inputSize, divisor, i) == 0)
                Throw.ProjectedSize(name, i, inputSize, divisor);
        }

        _vocabulary = vocabulary;
        _cutoffs = cutoffs.ToArray();
        Divisor = divisor;
        int shortlist = cutoffs.IsEmpty ? vocabulary : cutoffs[0];
        _head = new SoftmaxHead(layout, $"{name}.head", inputSize, shortlist + cutoffs.Length, bias);
        _tails = new Tail[cutoffs.Length];
        for (int i = 0; i < _tails.Length; i++)
        {
            int size = ProjectedSize(inputSize, divisor, i);
            int end = i + 1 < cutoffs.Length ? cutoffs[i + 1] : vocabulary;
            _tails[i] = new Tail(cutoffs[i],
                new Linear(layout, $"{name}.tail.{i}.0", inputSize, size, bias: false),
                new SoftmaxHead(layout, $"{name}.tail.{i}.1", size, end - cutoffs[i], bias: false));
        }
    }

    /// <summary>E.</summary>
    public override int InputSize => _head.InputSize;

    /// <summary>V.</summary>
    public override int Vocabulary => _vocabulary;

    /// <summary>Where the clusters begin.</summary>
    public IReadOnlyList<int> Cutoffs => _cutoffs;

    /// <summary>By how much each cluster's vectors are shorter than those of the one before.</summary>
    public double Divisor { get; }

    /// <summary>The softmax over shortlist and clusters.</summary>
    internal SoftmaxHead Head => _head;

    /// <summary>The head's weights [shortlist + clusters, E].</summary>
    public ParameterSlot HeadWeights => _head.Weights;

    /// <summary>The head's bias [1, shortlist + clusters], or null.</summary>
    public ParameterSlot? HeadBias => _head.Bias;

    /// <summary>The words of the shortlist.</summary>
    private int Shortlist => _head.Vocabulary - _tails.Length;

    /// <summary>The numbers of a word's vector in the first cluster, the longest; 0 without clusters.</summary>
    private int LongestProjection => _tails.Length == 0 ? 0 : _tails[0].Words.InputSize;

    /// <summary>The projection of cluster i, [E, D] in memory.</summary>
    /// <param name="cluster">0 .. clusters - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such cluster.</exception>
    public ParameterSlot ProjectionWeights(int cluster) => TailOf(cluster).Projection.Weights;

    /// <summary>The vectors of the words of cluster i, [n, D].</summary>
    /// <param name="cluster">0 .. clusters - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such cluster.</exception>
    public ParameterSlot TailWeights(int cluster) => TailOf(cluster).Words.Weights;

    /// <summary>A tape for up to <paramref name="maxRows"/> rows.</summary>
    /// <param name="maxRows">The most rows of one call, more than 0. They cost E + D floats each; the rest, 896 rows of
    /// logits of the largest cluster, stops growing.</param>
    /// <param name="use">Training, the default, or inference: all but ForwardBackward, which refuses it.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no rows.</exception>
    public override VocabularyHeadTape CreateTape(int maxRows, TapeUse use = TapeUse.Training)
    {
        SoftmaxHead[] tails = Array.ConvertAll(_tails, tail => tail.Words);
        return new AdaptiveSoftmaxTape(this, _head, tails, LongestProjection, maxRows, use);
    }

    private protected override double ForwardRows(ParameterBuffer p, ReadOnlyMatrixView x, ReadOnlySpan<int> targets,
        int count, VocabularyHeadTape tape)
    {
        AdaptiveSoftmaxTape t = (AdaptiveSoftmaxTape)tape;
        Split(targets, t);
        Gather.CopyRows(x.Span, InputSize, t.Order, t.Rows(0, t.Order.Length).Span, InputSize);
        double sum = _head.Forward(p, x, t.HeadTargets(targets.Length), t.HeadTape).Sum;
        for (int i = 0; i < _tails.Length; i++)
        {
            (int first, int rows) = t.RowsOf(i);
            if (rows == 0)
                continue;

            MatrixView projected = t.Projected(rows, _tails[i].Words.InputSize);
            _tails[i].Projection.Forward(p, t.Rows(first, rows), projected);
            sum += _tails[i].Words.Forward(p, projected, t.TailTargets(first, rows), t.TailTapes[i]).Sum;
        }

        return sum;
    }

    private protected override double ForwardBackwardRows(ParameterBuffer p, ReadOnlyMatrixView x,
        ReadOnlySpan<int> targets, int count, Mode mode, float scale, VocabularyHeadTape tape, GradientBuffer g,
        MatrixView dX)
    {
        AdaptiveSoftmaxTape t = (AdaptiveSoftmaxTape)tape;
        Split(targets, t);
        Span<float> gathered = t.Rows(0, t.Order.Length).Span;
        Gather.CopyRows(x.Span, InputSize, t.Order, gathered, InputSize);   // before the head writes dX, which may be x
        double sum = _head.ForwardBackward(p, x, t.HeadTargets(targets.Length), scale, t.HeadTape, g, dX).Sum;
        for (int i = 0; i < _tails.Length; i++)
        {
            (int first, int rows) = t.RowsOf(i);
            if (rows == 0)
                continue;

            // Each gradient takes the place of its value.
            MatrixView own = t.Rows(first, rows), projected = t.Projected(rows, _tails[i].Words.InputSize);
            _tails[i].Projection.Forward(p, own, projected);
            sum += _tails[i].Words.ForwardBackward(p, projected, t.TailTargets(first, rows), scale, t.TailTapes[i], g,
                projected).Sum;
            _tails[i].Projection.Backward(p, own, projected, g, dX.IsEmpty ? default : own);
        }

        if (!dX.IsEmpty)
            Gather.AddRows(t.Order, gathered, InputSize, InputSize, dX.Span);

        return sum;
    }

    [SkipLocalsInit]
    private protected override void LogProbabilityRows(ParameterBuffer p, ReadOnlySpan<float> x, int rows,
        Span<float> logProbabilities)
    {
        int perRow = _tails.Length + LongestProjection;
        int most = Math.Clamp(ScratchFloats / Math.Max(1, perRow), 1, Math.Max(1, rows));
        Span<float> scratch = stackalloc float[most * perRow];
        for (int first = 0; first < rows; first += most)
        {
            int count = Math.Min(most, rows - first);
            LogProbabilityBlock(p, x.Slice(first * InputSize, count * InputSize), count,
                logProbabilities.Slice(first * Vocabulary, count * Vocabulary), scratch);
        }
    }

    private protected override int ArgMaxRow(ParameterBuffer p, ReadOnlySpan<float> x, VocabularyHeadTape tape)
    {
        AdaptiveSoftmaxTape t = (AdaptiveSoftmaxTape)tape;
        Span<float> logs = HeadLogits(p, x, t);
        Softmax.LogForward(logs, logs.Length, logs);
        int best = Reductions.IndexOfMax(logs[..Shortlist]);
        float largest = logs[best];
        Span<float> clusters = t.Clusters;   // the tails take the memory of the head
        logs[Shortlist..].CopyTo(clusters);
        for (int i = 0; i < _tails.Length; i++)
        {
            if (!(clusters[i] > largest))   // no word of a cluster is more probable than the cluster
                continue;

            logs = TailLogits(p, x, i, t);
            Softmax.LogForward(logs, logs.Length, logs);
            int word = Reductions.IndexOfMax(logs);
            if (logs[word] + clusters[i] > largest)
                (best, largest) = (_tails[i].First + word, logs[word] + clusters[i]);
        }

        return best;
    }

    private protected override int SampleRow(ParameterBuffer p, ReadOnlySpan<float> x, double uniform,
        VocabularyHeadTape tape)
    {
        AdaptiveSoftmaxTape t = (AdaptiveSoftmaxTape)tape;
        Span<float> probabilities = HeadLogits(p, x, t);
        Softmax.Forward(probabilities, probabilities.Length, probabilities);
        int drawn = Draw(probabilities, ref uniform);
        if (drawn < Shortlist)
            return drawn;

        int cluster = drawn - Shortlist;
        probabilities = TailLogits(p, x, cluster, t);
        Softmax.Forward(probabilities, probabilities.Length, probabilities);
        return _tails[cluster].First + Draw(probabilities, ref uniform);
    }

    /// <summary>Columns of the tail's words: E / divisor^(i+1), rounded down.</summary>
    private static int ProjectedSize(int inputSize, double divisor, int cluster) =>
        (int)(inputSize / Math.Pow(divisor, cluster + 1));

    /// <summary>The two layers of a cluster.</summary>
    internal (Linear Projection, SoftmaxHead Words) LayersOf(int cluster) =>
        (TailOf(cluster).Projection, TailOf(cluster).Words);

    private Tail TailOf(int cluster)
    {
        if ((uint)cluster >= (uint)_tails.Length)
            Throw.IndexOutside(Name, nameof(cluster), cluster, _tails.Length);

        return _tails[cluster];
    }

    /// <summary>
    /// What the head is to say of each row, and the rows of each tail, in order, one tail's after another's.
    /// </summary>
    private void Split(ReadOnlySpan<int> targets, AdaptiveSoftmaxTape t)
    {
        int shortlist = Shortlist;
        Span<int> heads = t.HeadTargets(targets.Length);
        Span<int> next = t.Begin();
        for (int n = 0; n < targets.Length; n++)
        {
            int target = targets[n];
            if (target >= shortlist)   // ignored ones are negative
            {
                int cluster = ClusterOf(target);
                target = shortlist + cluster;
                next[cluster]++;
            }

            heads[n] = target;
        }

        t.Place();
        for (int n = 0; n < targets.Length; n++)
        {
            int cluster = heads[n] - shortlist;
            if (cluster >= 0)
                t.Put(next[cluster]++, n, targets[n] - _tails[cluster].First);
        }
    }

    private int ClusterOf(int word)
    {
        int cluster = _tails.Length - 1;
        while (word < _tails[cluster].First)
            cluster--;

        return cluster;
    }

    private Span<float> HeadLogits(ParameterBuffer p, ReadOnlySpan<float> x, AdaptiveSoftmaxTape t)
    {
        Span<float> logits = t.HeadTape.Workspace.Scratch(_head.Vocabulary);
        _head.Logits(p, x, 1, logits, logits.Length);
        return logits;
    }

    private Span<float> TailLogits(ParameterBuffer p, ReadOnlySpan<float> x, int cluster, AdaptiveSoftmaxTape t)
    {
        Tail tail = _tails[cluster];
        MatrixView projected = t.Projected(1, tail.Words.InputSize);
        tail.Projection.Forward(p, new ReadOnlyMatrixView(x, 1, InputSize), projected);
        Span<float> logits = t.TailTapes[cluster].Workspace.Scratch(tail.Words.Vocabulary);
        tail.Words.Logits(p, projected.Span, 1, logits, logits.Length);
        return logits;
    }

    /// <param name="p">Parameters. Read.</param>
    /// <param name="x">[count, E]. Read.</param>
    /// <param name="count">Rows.</param>
    /// <param name="y">[count, V]. Overwritten.</param>
    /// <param name="scratch">[count * (clusters + longest projection)].</param>
    private void LogProbabilityBlock(ParameterBuffer p, ReadOnlySpan<float> x, int count, Span<float> y,
        Span<float> scratch)
    {
        // The head has at most V entries, so it fits where the row's probabilities will stand.
        int entries = _head.Vocabulary, clusters = _tails.Length;
        Span<float> ofClusters = scratch[..(count * clusters)], rest = scratch[ofClusters.Length..];
        _head.Logits(p, x, count, y, Vocabulary);
        for (int row = 0; row < count; row++)
        {
            Span<float> head = y.Slice(row * Vocabulary, entries);
            Softmax.LogForward(head, entries, head);
            head[Shortlist..].CopyTo(ofClusters.Slice(row * clusters, clusters));
        }

        for (int i = 0; i < clusters; i++)
        {
            Tail tail = _tails[i];
            int words = tail.Words.Vocabulary, size = tail.Words.InputSize;
            MatrixView projected = new(rest[..(count * size)], count, size);
            tail.Projection.Forward(p, new ReadOnlyMatrixView(x, count, InputSize), projected);
            tail.Words.Logits(p, projected.Span, count, y[tail.First..], Vocabulary);
            for (int row = 0; row < count; row++)
            {
                Span<float> own = y.Slice((row * Vocabulary) + tail.First, words);
                Softmax.LogForward(own, words, own);
                Elementwise.AddNumber(own, ofClusters[(row * clusters) + i], own);
            }
        }
    }

    /// <summary>A cluster: its first word, and the two layers.</summary>
    private sealed record Tail(int First, Linear Projection, SoftmaxHead Words);
}
