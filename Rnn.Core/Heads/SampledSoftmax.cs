using System;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.Heads;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Layers;
using Rnn.Core.Losses;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Core.Heads;

/// <summary>
/// A full softmax that trains on a sample of its words: each step draws about K words by their frequency, the same for
/// all rows, and a row's loss is a softmax over its own target and these, each logit less the logarithm of the
/// probability with which its word is drawn. A drawn word that is the row's target is left out of the row. The sum of a
/// training step is that of an estimate: it is comparable with other steps of the same K, not with Forward, whose loss
/// is exact, nor with another head's. With K = V both are the same.
/// Words are drawn independently of each other, each at most once (<see cref="ProbabilityOf"/>); what is drawn is a
/// function of the mode's seed and step and of this head's name. Only rows of W that were drawn, or are targets, have a
/// gradient; they are added into a dense slot. Nothing is allocated; the bits don't depend on the number of threads.
/// The derivation is in SampledSoftmax.md (design decision D70).
/// Source: Bengio and Senecal, "Adaptive importance sampling to accelerate training of a neural probabilistic language
/// model", 2008; Jean, Cho, Memisevic, Bengio, "On using very large target vocabulary for neural machine translation",
/// 2015; the correction of all logits is that of TensorFlow's sampled_softmax_loss.
/// </summary>
public sealed class SampledSoftmax : VocabularyHead
{
    private readonly SoftmaxHead _full;
    private readonly PoissonSampling _proposal;
    private readonly ulong _stream;

    /// <summary>Declares the parameters of a head of its own weights, with the initial values of
    /// <see cref="SoftmaxHead"/>.</summary>
    /// <param name="layout">Receives weight [V, E] and, if asked for, bias [V].</param>
    /// <param name="name">What the parameters' names begin with; distinguishes its draws from those of others.</param>
    /// <param name="inputSize">E.</param>
    /// <param name="vocabulary">V.</param>
    /// <param name="samples">K, the words of a step on average, 1 .. V.</param>
    /// <param name="bias">Whether there is a bias; by default there is.</param>
    /// <param name="proposal">
    /// [V], how often each word is to be drawn, more than 0, of any scale: counts, for instance. Empty, the default,
    /// for log((v+2)/(v+1)), the Zipf-like distribution of words whose ids are sorted by frequency, descending. Read.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The name is taken or empty, a size is not positive, K is not in 1 .. V, or the proposal doesn't fit.
    /// </exception>
    public SampledSoftmax(ParameterLayout layout, string name, int inputSize, int vocabulary, int samples,
        bool bias = true, ReadOnlySpan<double> proposal = default)
        : base(name)
    {
        _proposal = CreateProposal(name, vocabulary, samples, proposal);
        _full = new SoftmaxHead(layout, name, inputSize, vocabulary, bias);
        _stream = (ulong)Dropout.HashOf(name) << Mode.StepBits;
    }

    /// <summary>
    /// Declares a head whose weights are another layer's table [V, E], such as that of the embedding of the same words:
    /// both add to one gradient. The table must be dense.
    /// </summary>
    /// <param name="layout">Has the table; receives bias [V], if asked for.</param>
    /// <param name="name">What the parameters' names begin with; distinguishes its draws from those of others.</param>
    /// <param name="table">[V, E], dense.</param>
    /// <param name="samples">K, the words of a step on average, 1 .. V.</param>
    /// <param name="bias">Whether there is a bias; by default there is.</param>
    /// <param name="proposal">[V], how often each word is to be drawn; empty, the default, for words sorted by
    /// frequency. Read.</param>
    /// <exception cref="ArgumentException">
    /// The table is kept by row or belongs to another layout, the name is taken or empty, K is not in 1 .. V, or the
    /// proposal doesn't fit.
    /// </exception>
    public SampledSoftmax(ParameterLayout layout, string name, ParameterSlot table, int samples, bool bias = true,
        ReadOnlySpan<double> proposal = default)
        : base(name)
    {
        _proposal = CreateProposal(name, table.Rows, samples, proposal);
        _full = new SoftmaxHead(layout, name, table, bias);
        _stream = (ulong)Dropout.HashOf(name) << Mode.StepBits;
    }

    /// <summary>E.</summary>
    public override int InputSize => _full.InputSize;

    /// <summary>V.</summary>
    public override int Vocabulary => _full.Vocabulary;

    /// <summary>K, the words of a step on average.</summary>
    public int Samples => _proposal.Size;

    /// <summary>The softmax over all words that it stands for.</summary>
    internal SoftmaxHead Full => _full;

    /// <summary>Whether W is another layer's table.</summary>
    public bool IsTied => _full.IsTied;

    /// <summary>W [V, E].</summary>
    public ParameterSlot Weights => _full.Weights;

    /// <summary>b [1, V], or null.</summary>
    public ParameterSlot? Bias => _full.Bias;

    /// <summary>The most words of a step: K + 8*sqrt(K) + 40, or V.</summary>
    public int MaxSamples => _proposal.MaxSize;

    /// <summary>The probability with which a step draws a word: min(1, f * proposal), f such that they sum to
    /// K.</summary>
    /// <param name="word">0 .. V-1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such word.</exception>
    public double ProbabilityOf(int word)
    {
        if ((uint)word >= (uint)Vocabulary)
            Throw.IndexOutside(Name, nameof(word), word, Vocabulary);

        return _proposal[word];
    }

    /// <summary>The words that ForwardBackward draws in a mode; returns how many they are.</summary>
    /// <param name="mode">Training, with the key of the draw.</param>
    /// <param name="words">At least MaxSamples elements. The first of them are overwritten with the words,
    /// ascending.</param>
    /// <exception cref="ArgumentException">The span is too short.</exception>
    public int DrawSamples(Mode mode, Span<int> words)
    {
        if (words.Length < MaxSamples)
            Throw.SpanLength(Name, nameof(words), MaxSamples, words.Length);

        return _proposal.Draw(mode.Seed, _stream | mode.Step, words);
    }

    /// <summary>A tape for up to <paramref name="maxRows"/> rows.</summary>
    /// <param name="maxRows">The most rows of one call, more than 0. Memory stops growing at 896.</param>
    /// <param name="use">Training, the default, or inference. The first exact loss of a tape for training takes what
    /// one for inference has from the start.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no rows.</exception>
    public override VocabularyHeadTape CreateTape(int maxRows, TapeUse use = TapeUse.Training) =>
        new SampledSoftmaxTape(this, _full, maxRows, use);

    private protected override double ForwardRows(ParameterBuffer p, ReadOnlyMatrixView x, ReadOnlySpan<int> targets,
        int count, VocabularyHeadTape tape) =>
        _full.Forward(p, x, targets, ((SampledSoftmaxTape)tape).Exact).Sum;

    private protected override double ForwardBackwardRows(ParameterBuffer p, ReadOnlyMatrixView x,
        ReadOnlySpan<int> targets, int count, Mode mode, float scale, VocabularyHeadTape tape, GradientBuffer g,
        MatrixView dX)
    {
        SampledSoftmaxTape t = (SampledSoftmaxTape)tape;
        if (!mode.IsTraining)
            return _full.ForwardBackward(p, x, targets, scale, t.Exact, g, dX).Sum;

        SampledBuffers s = t.Sampled!;
        Begin(p, mode, s);
        double sum = 0;
        for (int done = 0, next = 0; done < count; done += s.Rows)
        {
            next = s.Take(x.Span, targets, SoftmaxCrossEntropy.IgnoredTarget, next,
                Math.Min(SampledBuffers.RowsPerBlock, count - done));
            sum += BlockForward(p, s, scale);
            BlockBackward(p, s, g, dX);
        }

        Gather.AddRows(s.Samples, s.DWords, InputSize, InputSize, g[Weights].Span);
        if (Bias is { } bias)
        {
            Span<float> db = g[bias].Span;
            for (int j = 0; j < s.Samples.Length; j++)
                db[s.Samples[j]] += s.DOffsets[j];
        }

        for (int row = 0; row < targets.Length && !dX.IsEmpty; row++)
        {
            if (targets[row] == SoftmaxCrossEntropy.IgnoredTarget)
                dX.Row(row).Clear();
        }

        return sum;
    }

    private protected override void LogProbabilityRows(ParameterBuffer p, ReadOnlySpan<float> x, int rows,
        Span<float> logProbabilities) =>
        _full.LogProbabilities(p, new ReadOnlyMatrixView(x, rows, InputSize),
            new MatrixView(logProbabilities, rows, Vocabulary));

    private protected override int ArgMaxRow(ParameterBuffer p, ReadOnlySpan<float> x, VocabularyHeadTape tape) =>
        _full.ArgMax(p, x, ((SampledSoftmaxTape)tape).Exact);

    private protected override int SampleRow(ParameterBuffer p, ReadOnlySpan<float> x, double uniform,
        VocabularyHeadTape tape) => _full.Sample(p, x, uniform, ((SampledSoftmaxTape)tape).Exact);

    private static PoissonSampling CreateProposal(string name, int vocabulary, int samples,
        ReadOnlySpan<double> proposal)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (vocabulary <= 0)
            Throw.NotPositive(nameof(vocabulary), vocabulary);

        if (samples <= 0 || samples > vocabulary)
            Throw.OutOfRange(nameof(samples), samples, $"1 to {vocabulary} (Vocabulary)");

        if (proposal.IsEmpty)
        {
            double[] zipf = new double[vocabulary];
            for (int v = 0; v < zipf.Length; v++)
                zipf[v] = Math.Log((v + 2.0) / (v + 1.0));

            return new PoissonSampling(zipf, samples);
        }

        if (proposal.Length != vocabulary)
            Throw.SpanLength(name, nameof(proposal), vocabulary, proposal.Length);

        for (int v = 0; v < proposal.Length; v++)
        {
            if (!(proposal[v] > 0 && double.IsFinite(proposal[v])))
                Throw.ProposalWeight(name, v, proposal[v]);
        }

        return new PoissonSampling(proposal, samples);
    }

    /// <summary>Draws the step's words, and takes their rows and what is added to their logits.</summary>
    private void Begin(ParameterBuffer p, Mode mode, SampledBuffers s)
    {
        s.Begin(DrawSamples(mode, s.AllSamples));
        Gather.CopyRows(p[Weights].Span, InputSize, s.Samples, s.Words, InputSize);
        Offsets(p, s.Samples, s.Offsets);
    }

    /// <summary>b - log of the probability with which the word is drawn.</summary>
    private void Offsets(ParameterBuffer p, ReadOnlySpan<int> words, Span<float> offsets)
    {
        ReadOnlySpan<float> b = Bias is { } bias ? p[bias].Span : default;
        for (int i = 0; i < words.Length; i++)
            offsets[i] = (b.IsEmpty ? 0 : b[words[i]]) - (float)Math.Log(_proposal[words[i]]);
    }

    /// <summary>The sum of the block's losses; its logits become their gradient, scaled.</summary>
    private double BlockForward(ParameterBuffer p, SampledBuffers s, float scale)
    {
        int size = InputSize, samples = s.Samples.Length, columns = samples + 1;
        if (samples > 0)
        {
            Gemm.Multiply(GemmForm.NT, s.Rows, samples, size, s.X, size, s.Words, size, s.Logits, columns);
            SharedPasses.AddRow(s.OffsetsAndZero, s.Logits);   // 0 to the targets' column, which is written below
        }

        Offsets(p, s.Targets, s.Coefficients);
        SampledSoftmaxKernel.Targets(s.X, size, s.Targets, p[Weights].Span, s.Coefficients, s.Samples, s.Logits);
        return CrossEntropyKernel.Run(s.Logits, columns, s.TargetColumns, SoftmaxCrossEntropy.IgnoredTarget, default,
            default, 0, scale, s.Logits);
    }

    private void BlockBackward(ParameterBuffer p, SampledBuffers s, GradientBuffer g, MatrixView dX)
    {
        int size = InputSize, samples = s.Samples.Length, columns = samples + 1;
        for (int n = 0; n < s.Rows; n++)
            s.Coefficients[n] = s.Logits[(n * columns) + samples];

        if (Bias is { } bias)
        {
            Reductions.SumRows(s.Logits, s.Rows, columns, 0, s.DOffsets);                // l = . + b
            Span<float> db = g[bias].Span;
            for (int n = 0; n < s.Rows; n++)
                db[s.Targets[n]] += s.Coefficients[n];
        }

        NegativeSamplingKernel.Backward(s.X, size, s.Ones, s.Targets, s.Coefficients, g[Weights].Span);
        if (samples > 0)
        {
            Gemm.Multiply(GemmForm.TN, samples, size, s.Rows, s.Logits, columns, s.X, size, s.DWords, size,
                add: true);                                                              // l = x*W^T: dW += dl^T*x
        }

        if (dX.IsEmpty)
            return;

        // X is no longer needed and gives its memory.
        Gemm.Multiply(GemmForm.NN, s.Rows, size, samples, s.Logits, columns, s.Words, size, s.X, size);   // dx = dl*W
        SampledSoftmaxKernel.TargetsBackward(s.Coefficients, s.Targets, p[Weights].Span, size, s.X);
        for (int n = 0; n < s.Rows; n++)
            s.X.Slice(n * size, size).CopyTo(dX.Row(s.RowOf[n]));
    }
}
