using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Rnn.Core.Heads;
using Rnn.Core.Layers;
using Rnn.Core.Losses;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Models.Batching;
using Rnn.Models.Diagnostics;
using Rnn.Models.Networks;
using Rnn.Models.Saving;
using Rnn.Models.Text.Labelled;
using Rnn.Models.Training;

namespace Rnn.Models.Sentiment;

/// <summary>
/// Pre-training of a <see cref="SentimentModel"/>'s embedding and recurrent layers as a language model, without labels: each
/// direction predicts the word that it reads next, the states of both through one adaptive softmax (clusters from the
/// 2,000th and 10,000th word; none with fewer than 16 units). Words beyond the most frequent ones count as one, the unknown word.
/// <see cref="CopyTo"/> hands over what was learnt.
/// Source: Dai and Le 2015; both directions: Peters et al. 2018.
/// </summary>
public sealed class SentimentPretraining : Model<SentimentOptions, LabelledBatch>
{
    private const int LeastSizeOfClusters = 16;   // which leaves the last one a number a word

    private static readonly int[] s_cutoffs = [2000, 10_000];

    private readonly TokenEncoder _encoder;
    private readonly Dropout _dropout;
    private readonly AdaptiveSoftmax _head;

    /// <summary>The language model of a model that is to be trained; it begins with the model's own values.</summary>
    /// <param name="model">Whose layers are pre-trained. With both directions it must have one layer: in a second one each
    /// direction would have seen the word that it is to predict.</param>
    /// <param name="targetWords">Most words that are predicted, more than 0; by default 30,000.</param>
    /// <param name="seed">Of the head's initial weights.</param>
    /// <exception cref="ArgumentException">The model has more than one layer in both directions, or one-hot
    /// tokens.</exception>
    public SentimentPretraining(SentimentModel model, int targetWords = 30_000, ulong seed = 1)
        : base(Format, (model ?? throw new ArgumentNullException(nameof(model))).Options)
    {
        Throw.IfBelow(nameof(targetWords), targetWords, 1);
        if (Options.Bidirectional && Options.Layers > 1)
            Throw.PretrainingSeesAhead(nameof(model), Options.Layers);

        if (Options.EmbeddingSize == 0)
            Throw.NothingToPretrain(nameof(model), nameof(Options.EmbeddingSize));

        Model = model;
        _encoder = new TokenEncoder(Layout, model.Vocabulary.Count, Options);
        _dropout = new Dropout("dropout", Options.OutputDropout);
        int words = (int)Math.Min(model.Vocabulary.Count, (long)targetWords + TextVocabulary.FirstWord);
        int[] cutoffs = Options.UppermostSize < LeastSizeOfClusters ? [] : [.. s_cutoffs.Where(cutoff => cutoff < words)];
        _head = new AdaptiveSoftmax(Layout, "head", Options.UppermostSize, words, cutoffs);
        Complete(seed);
        Copy(model.Parameters, Parameters);
    }

    /// <summary>Its kind of file: <see cref="CopyTo"/> and the model's own file are how it is kept.</summary>
    public static ModelFormat<SentimentOptions> Format { get; } =
        new("sentiment-pretraining/2", SentimentJson.Default.SentimentOptions);

    /// <summary>Whose layers are pre-trained.</summary>
    public SentimentModel Model { get; }

    /// <inheritdoc/>
    public override Pass<LabelledBatch> CreatePass(BatchShape most, TapeUse use = TapeUse.Training) =>
        new PretrainingPass(this, most, use);

    /// <summary>Pre-trains on texts; their labels are not looked at.</summary>
    /// <param name="training">Texts with the model's classes.</param>
    /// <param name="validation">Others, or null (the default).</param>
    /// <param name="options">How; null is the default.</param>
    /// <param name="progress">Receives a report for every step and measurement.</param>
    /// <param name="cancellation">Ends the run after the current step.</param>
    public TrainingResult Train(LabelledTexts training, LabelledTexts? validation = null,
        SentimentTrainingOptions? options = null, IProgress<TrainingReport>? progress = null,
        CancellationToken cancellation = default) =>
        CreateTrainer(training, validation, options).Run(progress, cancellation);

    /// <summary>The trainer of texts; its losses are nats per word and direction.</summary>
    /// <inheritdoc cref="Train"/>
    public Trainer<LabelledBatch> CreateTrainer(LabelledTexts training, LabelledTexts? validation = null,
        SentimentTrainingOptions? options = null)
    {
        options ??= new SentimentTrainingOptions();
        options.Check();
        LabelledSequences texts = Model.Batches(training, options.BatchSize, options.Seed);
        PredictedWords? held = validation is null ? null
            : new PredictedWords(Model.Batches(validation, options.BatchSize), Directions);
        RunIdentity identity = Model.Identity(training, texts).Add("task", "pre-training")
            .Add("target words", _head.Vocabulary);
        return CreateTrainer(new PredictedWords(texts, Directions), held, options, identity,
            Math.Log(_head.Vocabulary));
    }

    /// <summary>Gives the model what was learnt: embedding and recurrent layers, or whatever both have by the same name.</summary>
    public void CopyTo(SentimentModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Vocabulary.Count != Model.Vocabulary.Count || model.Options != Options)
            Throw.OtherPretraining(nameof(model));

        Copy(Parameters, model.Parameters);
    }

    // What both have by the same name.
    private static void Copy(ParameterBuffer from, ParameterBuffer to)
    {
        Dictionary<string, ParameterSlot> slots = new(StringComparer.Ordinal);
        foreach (ParameterSlot slot in from.Layout.Slots)
            slots.Add(slot.Name, slot);

        ParameterWriter writer = to.BeginWrite();
        foreach (ParameterSlot slot in to.Layout.Slots)
        {
            if (slots.TryGetValue(slot.Name, out ParameterSlot own))
                from[own].Span.CopyTo(writer[slot].Span);
        }
    }

    private int Directions => Options.Bidirectional ? 2 : 1;

    /// <summary>The same batches, of which every word but one is a target in each direction.</summary>
    private sealed class PredictedWords(LabelledSequences texts, int directions) : IBatches<LabelledBatch>
    {
        public int Count => texts.Count;

        public BatchShape Most => texts.Most;

        public LabelledBatch Get(int epoch, int index) => texts.Get(epoch, index);

        public long Targets(int epoch, int index)
        {
            (int rows, int tokens) = texts.SizeOf(epoch, index);
            return (long)directions * (tokens - rows);
        }
    }

    private sealed class PretrainingPass(SentimentPretraining m, BatchShape most, TapeUse use)
        : Pass<LabelledBatch>(Format.Name, m.Parameters)
    {
        private readonly TokenEncoderTape _encoded = m._encoder.CreateTape(most.Steps, most.Rows, use);
        private readonly VocabularyHeadTape _losses = m._head.CreateTape(most.Items);
        private readonly Tensor _hidden = new(most.Items, m.Options.UppermostSize);
        private readonly int[] _targets = new int[most.Items];

        public override LossSum ForwardBackward(in LabelledBatch batch, Mode mode, float scale, GradientBuffer g)
        {
            m._encoder.Forward(Parameters, batch.Tokens.Span, batch.Lengths.Span, mode, _encoded);
            SequenceView dOutput = _encoded.OutputGradient;
            LossSum loss = default;
            for (int direction = 0; direction < m.Directions; direction++)
            {
                MatrixView hidden = Hidden(direction), dHidden = hidden;   // in its place, which has been read by then
                long first = (long)direction * hidden.Span.Length;
                m._dropout.Forward(hidden.Span, hidden.Span, mode, first);
                loss += m._head.ForwardBackward(Parameters, hidden, Targets(batch, direction), mode, scale, _losses, g, dHidden);
                m._dropout.Backward(dHidden.Span, dHidden.Span, mode, first);
                dHidden.CopyTo(Half(dOutput.Flattened, direction));
            }

            m._encoder.Backward(Parameters, batch.Tokens.Span, dOutput, _encoded, g);
            return loss;
        }

        public override LossSum Evaluate(in LabelledBatch batch, Measurements results)
        {
            m._encoder.Forward(Parameters, batch.Tokens.Span, batch.Lengths.Span, Mode.Inference, _encoded);
            LossSum loss = default;
            for (int direction = 0; direction < m.Directions; direction++)
                loss += m._head.Forward(Parameters, Hidden(direction), Targets(batch, direction), _losses);

            return loss;
        }

        // The states of one direction [T*B, H], a copy.
        private MatrixView Hidden(int direction)
        {
            MatrixView output = _encoded.Output.Flattened, hidden = _hidden.AsMatrix().Slice(0, output.Rows);
            Half(output, direction).CopyTo(hidden);
            return hidden;
        }

        private MatrixView Half(MatrixView output, int direction) =>
            output.Columns(direction * m.Options.UppermostSize, m.Options.UppermostSize);

        // What each step's state is to predict: the token after it, or before it where the reading goes backwards.
        private ReadOnlySpan<int> Targets(in LabelledBatch batch, int direction)
        {
            ReadOnlySpan<int> tokens = batch.Tokens.Span, lengths = batch.Lengths.Span;
            int rows = batch.Rows, next = direction == 0 ? 1 : -1;
            for (int t = 0; t < batch.Steps; t++)
            {
                for (int b = 0; b < rows; b++)
                {
                    bool isThere = t < lengths[b] && t + next >= 0 && t + next < lengths[b];
                    int token = isThere ? tokens[((t + next) * rows) + b] : SoftmaxCrossEntropy.IgnoredTarget;
                    _targets[(t * rows) + b] = token < m._head.Vocabulary ? token : TextVocabulary.Unknown;
                }
            }

            return _targets.AsSpan(0, batch.Steps * rows);
        }
    }
}
