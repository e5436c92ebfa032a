using System;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.Attention;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;

namespace Rnn.Core.Layers.Attention;

/// <summary>
/// Attention of one vector to all steps of a sequence: with query q and memory m_1 .. m_S,
/// a = softmax(score(q, m_s)) over the steps before the length, context = sum of a_s*m_s. The scores are those of
/// <see cref="AttentionScore"/>.
/// <para>What depends on the memory alone is computed once a sequence (<see cref="Begin"/>), then there is a
/// <see cref="ForwardStep"/> for each query: the next one may depend on the context, as in a decoder. Past a source's
/// length nothing is read, NaN included, and weights are 0. A row's result has the same bits alone and in any batch, on
/// any number of threads. Nothing is allocated. The layer owns no values: it serves any number of threads, each with a
/// tape of its own. The derivation is in GlobalAttention.md.</para>
/// <para>Sources: Bahdanau, Cho and Bengio 2015, "Neural Machine Translation by Jointly Learning to Align and
/// Translate", section 3.1 and A.1.2; Luong, Pham and Manning 2015, "Effective Approaches to Attention-based Neural
/// Machine Translation", equations 7 and 8.</para>
/// </summary>
public sealed class GlobalAttention
{
    private readonly Linear? _keys;
    private readonly Linear? _queries;
    private readonly Linear? _scores;
    private readonly float _scale;

    /// <summary>Declares the parameters of an attention, if its score has any.</summary>
    /// <param name="layout">For General receives "name.weight" W [M, Q] (in files [Q, M]: score = q^T W k); for
    /// Additive "name.key.weight" Wk [M, A], "name.key.bias" b [A], "name.query.weight" Wq [Q, A] and
    /// "name.score.weight" v [A, 1]. PyTorch's initial values of linear layers.</param>
    /// <param name="name">What the parameters' names begin with.</param>
    /// <param name="score">How well a query fits a step of the memory.</param>
    /// <param name="querySize">Q, more than 0.</param>
    /// <param name="memorySize">M, more than 0; for Dot and ScaledDot the same as Q.</param>
    /// <param name="attentionSize">A of Additive; 0, the default, is Q. The other scores have none.</param>
    /// <exception cref="ArgumentException">The name is taken or empty, or Dot has sizes that differ, or a score without
    /// attentionSize is given one.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, or there is no such score.</exception>
    public GlobalAttention(ParameterLayout layout, string name, AttentionScore score, int querySize, int memorySize,
        int attentionSize = 0)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!Enum.IsDefined(score))
            Throw.UnknownChoice(nameof(score), score);

        if (querySize <= 0 || memorySize <= 0)
        {
            Throw.NotPositive(querySize <= 0 ? nameof(querySize) : nameof(memorySize),
                Math.Min(querySize, memorySize));
        }

        if (attentionSize < 0)
            Throw.NegativeSize(nameof(attentionSize), attentionSize);

        if (attentionSize != 0 && score != AttentionScore.Additive)
            Throw.NoAttentionSize(name, score.ToString(), attentionSize);

        if (score is AttentionScore.Dot or AttentionScore.ScaledDot && querySize != memorySize)
            Throw.DotSizes(name, score.ToString(), querySize, memorySize);

        Name = name;
        Score = score;
        QuerySize = querySize;
        MemorySize = memorySize;
        KeySize = score == AttentionScore.Additive && attentionSize > 0 ? attentionSize : querySize;
        _scale = score == AttentionScore.ScaledDot ? 1 / MathF.Sqrt(memorySize) : 1;
        if (score == AttentionScore.General)
        {
            _keys = new Linear(layout, name, memorySize, querySize, bias: false);
        }
        else if (score == AttentionScore.Additive)
        {
            _keys = new Linear(layout, $"{name}.key", memorySize, KeySize);
            _queries = new Linear(layout, $"{name}.query", querySize, KeySize, bias: false);
            _scores = new Linear(layout, $"{name}.score", KeySize, 1, bias: false);
        }
    }

    /// <summary>The name that its parameters begin with.</summary>
    public string Name { get; }

    /// <summary>How well a query fits a step of the memory.</summary>
    public AttentionScore Score { get; }

    /// <summary>Q, elements of a query.</summary>
    public int QuerySize { get; }

    /// <summary>M, elements of a step of the memory, and of a context.</summary>
    public int MemorySize { get; }

    /// <summary>Elements of a projected key: A for Additive, else Q.</summary>
    public int KeySize { get; }

    /// <summary>From memory to keys; null where they are the memory itself.</summary>
    internal Linear? Keys => _keys;

    /// <summary>The additive score's: from a query to what is added to the keys; else null.</summary>
    internal Linear? Queries => _queries;

    /// <summary>The additive score's: from their tanh to the score; else null.</summary>
    internal Linear? Scores => _scores;

    /// <summary>By which scores are multiplied.</summary>
    internal float Scale => _scale;

    /// <summary>Whether keys aren't the memory itself.</summary>
    internal bool ProjectsKeys => _keys is not null;

    /// <summary>Whether queries are projected too: the additive score.</summary>
    internal bool ProjectsQueries => _queries is not null;

    /// <summary>A tape for up to so many queries a row, rows, and steps of a source.</summary>
    /// <param name="maxSteps">The most queries of a row, more than 0.</param>
    /// <param name="maxRows">The most rows, more than 0: of a step, and of the memory.</param>
    /// <param name="maxSource">The most steps of the memory, more than 0.</param>
    /// <param name="use">Whether Backward will follow, as by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, or they are too large
    /// together.</exception>
    public GlobalAttentionTape CreateTape(int maxSteps, int maxRows, int maxSource, TapeUse use = TapeUse.Training) =>
        new(this, maxSteps, maxRows, maxSource, use);

    /// <summary>Begins a sequence: keys = memory*Wk + b, or memory*W, for all steps of the memory.</summary>
    /// <param name="p">Parameters. Read.</param>
    /// <param name="memory">[S, B, M]. Read up to each row's length, and read again by every step.</param>
    /// <param name="lengths">Steps of each row of the memory [B], 1 .. S, in any order; empty when all have S. Read.
    /// </param>
    /// <param name="steps">How many steps will follow, at most the tape's. With a tape for inference they may be done
    /// in any order and any number of times.</param>
    /// <param name="tape">Overwritten.</param>
    /// <exception cref="ArgumentException">A shape disagrees with the layer's, a length is not 1 .. S, or the tape is
    /// another layer's or too small.</exception>
    public void Begin(ParameterBuffer p, ReadOnlySequenceView memory, ReadOnlySpan<int> lengths, int steps,
        GlobalAttentionTape tape)
    {
        ArgumentNullException.ThrowIfNull(p);
        CheckTape(tape);
        if (memory.Features != MemorySize)
            Throw.ShapeMismatch(Name, nameof(memory), $"[S, B, {MemorySize}]", memory.ToString());

        if (steps < 1 || steps > tape.MaxSteps || memory.Batch < 1 || memory.Batch > tape.MaxRows)
            Throw.TapeTooSmall(Name, steps, memory.Batch, tape.MaxSteps, tape.MaxRows);

        if (memory.Steps < 1 || memory.Steps > tape.MaxSource)
            Throw.SourceTooLong(Name, memory.Steps, tape.MaxSource);

        if (!lengths.IsEmpty && lengths.Length != memory.Batch)
            Throw.SpanLength(Name, nameof(lengths), memory.Batch, lengths.Length);

        foreach (int length in lengths)
        {
            if (length < 1 || length > memory.Steps)
                Throw.OutOfRange(nameof(lengths), length, $"1 to {memory.Steps} (S)");
        }

        tape.Begin(p, steps, memory.Batch, memory.Steps, lengths);
        _keys?.Forward(p, memory.Flattened, tape.Keys, keepPacked: tape.Use == TapeUse.Inference);
    }

    /// <summary>context[b] = sum over s of a_s * memory[s, b], a = softmax over s of
    /// score(query[b], memory[s, b]).</summary>
    /// <param name="p">Parameters, as given to Begin. Read.</param>
    /// <param name="t">0, then 1, ...; Weights(t) of the tape holds a.</param>
    /// <param name="query">[B, Q], rows at any distance. Read, and read again by EndBackward.</param>
    /// <param name="memory">[S, N, M], as given to Begin. Read up to the lengths.</param>
    /// <param name="tape">Recorded into.</param>
    /// <param name="context">[B, M], rows at any distance. Overwritten.</param>
    /// <param name="sources">[B], for each row the row of the memory that it reads, so that beams share one; empty, the
    /// default, when row b reads row b. With a tape for inference only. Read.</param>
    /// <exception cref="InvalidOperationException">The tape was not begun, t is not the next step of a training tape,
    /// or the parameters have changed.</exception>
    /// <exception cref="ArgumentException">A shape disagrees with the layer's or Begin's, or the tape is another
    /// layer's.
    /// </exception>
    public void ForwardStep(ParameterBuffer p, int t, ReadOnlyMatrixView query, ReadOnlySequenceView memory,
        GlobalAttentionTape tape, MatrixView context, ReadOnlySpan<int> sources = default)
    {
        ArgumentNullException.ThrowIfNull(p);
        CheckTape(tape);
        CheckStep(p, t, query, memory, tape, context, sources);
        ForwardSteps(p, t, 1, query, memory, tape, context, sources);
    }

    /// <summary>Steps first .. first + count - 1 at once, arguments being checked: row t*B + b of queries and contexts
    /// belongs to the first step and t.</summary>
    internal void ForwardSteps(ParameterBuffer p, int first, int count, ReadOnlyMatrixView queries,
        ReadOnlySequenceView memory, GlobalAttentionTape tape, MatrixView contexts, ReadOnlySpan<int> sources = default)
    {
        int rows = queries.Rows / count;
        if (count > 1 && _queries is not null && tape.Use == TapeUse.Inference)
        {
            // Such a tape has room for the projected queries of one step.
            for (int t = 0; t < count; t++)
            {
                ForwardSteps(p, first + t, 1, queries.Slice(t * rows, rows), memory, tape, contexts.Slice(t * rows, rows),
                    sources);
            }

            return;
        }

        ReadOnlyMatrixView projected = queries;
        if (_queries is { } linear)
        {
            MatrixView q = tape.Projected(first, count, rows);
            Gemm.Multiply(queries.Rows, queries.Extent, queries.Stride,
                PackedWeights.Of(p, new WeightPart(linear.Weights, isTransposed: false), tape.QueryWeights), q.Span,
                KeySize);
            projected = q;
        }

        AttentionCall call = Call(p, first, count, rows, projected, memory, tape);
        call.Sources = sources;
        call.Contexts = contexts.Extent;
        call.ContextStride = contexts.Stride;
        AttentionRows.Forward(call);
        for (int t = first; t < first + count; t++)
            tape.Did(t, rows);

        tape.StepsDone = first + count;
    }

    /// <summary>Begins the way back.</summary>
    /// <param name="tape">As recorded by all its Forward steps.</param>
    /// <exception cref="InvalidOperationException">The tape was not begun, steps are missing, or it is for inference.
    /// </exception>
    /// <exception cref="ArgumentException">The tape is another layer's.</exception>
    public void BeginBackward(GlobalAttentionTape tape)
    {
        CheckTape(tape);
        if (tape.Use != TapeUse.Training)
            Throw.TapeForInference(Name);

        if (tape.Stage != TapeStage.Recording)
            Throw.TapeNotRecorded(tape.Stage.ToString());

        if (tape.StepsDone != tape.Steps)
            Throw.StepsMissing(Name, tape.StepsDone, tape.Steps);

        tape.MoveTo(TapeStage.Consuming);
        if (_queries is null)
            return;

        tape.DKeys.Clear();
        tape.DV.Clear();
    }

    /// <summary>Backward of step t as to its query; the steps go from the last down to 0.</summary>
    /// <param name="p">Parameters, as given to ForwardStep. Read.</param>
    /// <param name="t">T-1, then T-2, ... 0.</param>
    /// <param name="memory">[S, B, M], as given to Begin. Read up to the lengths.</param>
    /// <param name="dContext">[B, M], gradient of the context. Read.</param>
    /// <param name="tape">Consumed step by step.</param>
    /// <param name="dQuery">[B, Q]. Overwritten.</param>
    /// <exception cref="InvalidOperationException">BeginBackward is missing, t is not the next step, or the parameters
    /// have changed.</exception>
    /// <exception cref="ArgumentException">A shape disagrees with Forward's, or the tape is another
    /// layer's.</exception>
    public void BackwardStep(ParameterBuffer p, int t, ReadOnlySequenceView memory, ReadOnlyMatrixView dContext,
        GlobalAttentionTape tape, MatrixView dQuery)
    {
        ArgumentNullException.ThrowIfNull(p);
        CheckConsuming(p, tape);
        CheckMemory(memory, tape);
        if ((uint)t >= (uint)tape.Steps)
            Throw.IndexOutside(Name, nameof(t), t, tape.Steps);

        if (t != tape.StepsDone - 1)
            Throw.StepOutOfOrder(Name, t, tape.StepsDone - 1);

        if (dContext.Rows != tape.Batch || dContext.Cols != MemorySize)
            Throw.ShapeMismatch(Name, nameof(dContext), $"[{tape.Batch}, {MemorySize}]", dContext.ToString());

        if (dQuery.Rows != tape.Batch || dQuery.Cols != QuerySize)
            Throw.ShapeMismatch(Name, nameof(dQuery), $"[{tape.Batch}, {QuerySize}]", dQuery.ToString());

        MatrixView kept = tape.DContexts(MemorySize)[t];   // for EndBackward
        dContext.CopyTo(kept);
        BackwardSteps(p, t, 1, memory, kept, tape, dQuery);
    }

    /// <summary>Backward of <see cref="ForwardSteps"/>, from its last step to its first; dContexts must stay for
    /// <see cref="EndBackward(ParameterBuffer, ReadOnlySequenceView, ReadOnlySequenceView, ReadOnlyMatrixView,
    /// GlobalAttentionTape, GradientBuffer, SequenceView)"/>.</summary>
    internal void BackwardSteps(ParameterBuffer p, int first, int count, ReadOnlySequenceView memory,
        ReadOnlyMatrixView dContexts, GlobalAttentionTape tape, MatrixView dQueries)
    {
        int rows = tape.Batch;
        ReadOnlyMatrixView projected = _queries is null ? default : tape.Projected(first, count, rows);
        MatrixView dProjected = _queries is null ? dQueries : tape.DProjected(first, count, rows);
        AttentionCall call = Call(p, first, count, rows, projected, memory, tape);
        call.ContextStride = dContexts.Stride;
        call.DContexts = dContexts.Extent;
        call.DScores = tape.DScores[(first * tape.WeightStep)..];
        call.DQueries = dProjected.Extent;
        call.DQueryStride = dProjected.Stride;
        if (_queries is { } linear)
        {
            call.DKeys = tape.DKeys.Span;
            call.DV = tape.DV.Span;
            AttentionRows.Backward(call);
            Gemm.Multiply(dProjected.Rows, dProjected.Span, KeySize,
                PackedWeights.Of(p, new WeightPart(linear.Weights, isTransposed: true), tape.QueryWeightsBack),
                dQueries.Extent, dQueries.Stride);
        }
        else
        {
            AttentionRows.Backward(call);
        }

        tape.StepsDone = first;
    }

    /// <summary>Ends the way back: gradients of the parameters and of the memory, of all steps at once (D5).</summary>
    /// <param name="p">Parameters, as given to ForwardStep. Read.</param>
    /// <param name="queries">[T, B, Q], the queries of all steps. Read.</param>
    /// <param name="memory">[S, B, M], as given to Begin. Read up to the lengths.</param>
    /// <param name="tape">Consumed.</param>
    /// <param name="g">Gradients of this layer's parameters. Accumulated.</param>
    /// <param name="dMemory">[S, B, M]. Overwritten, with 0 past the lengths; default to skip it.</param>
    /// <exception cref="InvalidOperationException">BeginBackward or steps are missing, or the parameters have
    /// changed.</exception>
    /// <exception cref="ArgumentException">A shape or a layout disagrees with Forward's.</exception>
    public void EndBackward(ParameterBuffer p, ReadOnlySequenceView queries, ReadOnlySequenceView memory,
        GlobalAttentionTape tape, GradientBuffer g, SequenceView dMemory)
    {
        ArgumentNullException.ThrowIfNull(p);
        ArgumentNullException.ThrowIfNull(g);
        CheckConsuming(p, tape);
        CheckMemory(memory, tape);
        if (!tape.HasLayoutOf(g))
            Throw.OtherLayoutsGradients(Name);

        if (tape.StepsDone != 0)
            Throw.StepsMissing(Name, tape.Steps - tape.StepsDone, tape.Steps);

        if (queries.Steps != tape.Steps || queries.Batch != tape.Batch || queries.Features != QuerySize)
        {
            Throw.ShapeMismatch(Name, nameof(queries), $"[T={tape.Steps}, B={tape.Batch}, {QuerySize}]",
                queries.ToString());
        }

        if (!dMemory.IsEmpty
            && (dMemory.Steps != tape.Source || dMemory.Batch != tape.Batch || dMemory.Features != MemorySize))
        {
            Throw.ShapeMismatch(Name, nameof(dMemory), $"[T={tape.Source}, B={tape.Batch}, {MemorySize}]",
                dMemory.ToString());
        }

        EndBackward(p, queries, memory, tape.DContexts(MemorySize).Flattened, tape, g, dMemory);
    }

    /// <summary>The same with the gradient of contexts [T*B, M] where the caller has kept it.</summary>
    internal void EndBackward(ParameterBuffer p, ReadOnlySequenceView queries, ReadOnlySequenceView memory,
        ReadOnlyMatrixView dContexts, GlobalAttentionTape tape, GradientBuffer g, SequenceView dMemory)
    {
        int steps = tape.Steps, rows = tape.Batch, source = tape.Source;
        BatchLayout weights = new(steps, source, tape.WeightStep, 1, 0, rows, source);
        BatchLayout ofMemory = OfRows(source, MemorySize, MemorySize, rows);
        if (!dMemory.IsEmpty)
        {
            BatchedGemm.Multiply(GemmForm.TN, tape.AllWeights, weights, dContexts.Extent,
                OfRows(steps, MemorySize, dContexts.Stride, rows), dMemory.Span, ofMemory);    // c = sum a*m: dm = a*dc
        }

        if (_keys is null)
        {
            if (!dMemory.IsEmpty)
                AddKeyGradients(queries, weights, tape, dMemory.Span, add: true);              // e = q . m: dm += de*q
        }
        else
        {
            MatrixView dKeys = tape.DKeys;
            if (_queries is { } linear)
                AccumulateAdditive(queries, linear, tape, g);
            else
                AddKeyGradients(queries, weights, tape, dKeys.Span, add: false);               // e = q . k: dk = de*q

            // k = m*W + b: dm += dk*W^T, dW += m^T*dk, db += sum of dk
            if (_keys.Bias is { } bias)
                Reductions.SumRows(dKeys.Span, dKeys.Rows, g[bias].Span);

            MatrixProduct.Multiply(GemmForm.TN, tape.WithoutPadding(memory).Flattened, dKeys, g[_keys.Weights], add: true);
            if (!dMemory.IsEmpty)
                MatrixProduct.Multiply(GemmForm.NT, dKeys, p[_keys.Weights], dMemory.Flattened, add: true);
        }

        tape.MoveTo(TapeStage.Consumed);
    }

    /// <summary>dWq += Q^T*dProjected, dv += the sum of all rows' shares.</summary>
    private void AccumulateAdditive(ReadOnlySequenceView queries, Linear linear, GlobalAttentionTape tape,
        GradientBuffer g)
    {
        MatrixView dProjected = tape.DProjected(0, tape.Steps, tape.Batch);
        MatrixProduct.Multiply(GemmForm.TN, queries.Flattened, dProjected, g[linear.Weights], add: true);
        Reductions.SumRows(tape.DV.Span, tape.Batch, g[_scores!.Weights].Span);
    }

    /// <summary>dKeys = sum over t of dScores[t] * queries[t], for each row and step of the memory.</summary>
    private void AddKeyGradients(ReadOnlySequenceView queries, in BatchLayout weights, GlobalAttentionTape tape,
        Span<float> dKeys, bool add) =>
        BatchedGemm.Multiply(GemmForm.TN, tape.DScores, weights, queries.Span,
            OfRows(tape.Steps, QuerySize, QuerySize, tape.Batch), dKeys,
            OfRows(tape.Source, QuerySize, QuerySize, tape.Batch), add);

    /// <summary>For each row of the batch a matrix of its steps [steps, features] in [steps*rows, features], whose rows
    /// lie stride apart.</summary>
    private static BatchLayout OfRows(int steps, int features, int stride, int rows) =>
        new(steps, features, rows * stride, 1, 0, rows, stride);

    /// <summary>What Forward and Backward have in common.</summary>
    private AttentionCall Call(ParameterBuffer p, int first, int count, int rows, ReadOnlyMatrixView projected,
        ReadOnlySequenceView memory, GlobalAttentionTape tape) => new()
        {
            Steps = count,
            Rows = rows,
            Source = tape.Source,
            SourceRows = tape.Batch,
            KeySize = KeySize,
            Features = MemorySize,
            Lengths = tape.Lengths,
            Memory = memory.Span,
            Keys = _keys is null ? memory.Span : tape.Keys.Span,
            V = _scores is null ? default : p[_scores.Weights].Span,
            Scale = _scale,
            Queries = projected.Extent,
            QueryStride = projected.Stride,
            Weights = tape.AllWeights[(first * tape.WeightStep)..],
            WeightStep = tape.WeightStep,
        };

    private void CheckTape(GlobalAttentionTape tape)
    {
        ArgumentNullException.ThrowIfNull(tape);
        if (!ReferenceEquals(tape.Layer, this))
            Throw.OtherLayersTape(Name, tape.Layer.Name);
    }

    private void CheckConsuming(ParameterBuffer p, GlobalAttentionTape tape)
    {
        CheckTape(tape);
        if (tape.Stage != TapeStage.Consuming)
            Throw.TapeNotBegunBack(tape.Stage.ToString());

        if (!tape.WasRecordedWith(p))
            Throw.ParametersChanged(Name);
    }

    private void CheckMemory(ReadOnlySequenceView memory, GlobalAttentionTape tape)
    {
        if (memory.Steps != tape.Source || memory.Batch != tape.Batch || memory.Features != MemorySize)
        {
            Throw.ShapeMismatch(Name, nameof(memory), $"[T={tape.Source}, B={tape.Batch}, {MemorySize}] as in Begin",
                memory.ToString());
        }
    }

    private void CheckStep(ParameterBuffer p, int t, ReadOnlyMatrixView query, ReadOnlySequenceView memory,
        GlobalAttentionTape tape, MatrixView context, ReadOnlySpan<int> sources)
    {
        if (tape.Stage != TapeStage.Recording)
            Throw.TapeNotBegun(tape.Stage.ToString());

        if (!tape.WasRecordedWith(p))
            Throw.ParametersChanged(Name);

        CheckMemory(memory, tape);
        if ((uint)t >= (uint)tape.Steps)
            Throw.IndexOutside(Name, nameof(t), t, tape.Steps);

        bool isTraining = tape.Use == TapeUse.Training;
        if (isTraining && t != tape.StepsDone)
            Throw.StepOutOfOrder(Name, t, tape.StepsDone);

        if (isTraining && !sources.IsEmpty)
            Throw.SourcesInTraining(Name);

        int rows = sources.IsEmpty ? tape.Batch : sources.Length;
        if (rows > tape.MaxRows)
            Throw.TapeTooSmall(Name, 1, rows, tape.MaxSteps, tape.MaxRows);

        foreach (int source in sources)
        {
            if ((uint)source >= (uint)tape.Batch)
                Throw.IndexOutside(Name, nameof(sources), source, tape.Batch);
        }

        if (query.Rows != rows || query.Cols != QuerySize)
            Throw.ShapeMismatch(Name, nameof(query), $"[{rows}, {QuerySize}]", query.ToString());

        if (context.Rows != rows || context.Cols != MemorySize)
            Throw.ShapeMismatch(Name, nameof(context), $"[{rows}, {MemorySize}]", context.ToString());
    }
}
