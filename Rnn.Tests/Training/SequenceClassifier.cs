using System.Collections.Generic;
using System.Text.Json.Serialization;
using Rnn.Core.Layers;
using Rnn.Core.Losses;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Models.Batching;
using Rnn.Models.Networks;
using Rnn.Models.Saving;
using Rnn.Models.Training;

namespace Rnn.Tests.Training;

public sealed record SequenceClassifierOptions
{
    public required int Tokens { get; init; }
    public required int Classes { get; init; }
    public TokenEncoderOptions Encoder { get; init; } = new() { EmbeddingSize = 8, HiddenSize = 16 };
    public double Dropout { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(SequenceClassifierOptions))]
internal sealed partial class SequenceClassifierJson : JsonSerializerContext;

/// <summary>A worked example of a model: tokens -> encoder -> last states -> dropout -> linear -> softmax.</summary>
public sealed class SequenceClassifier : Model<SequenceClassifierOptions, LabelledBatch>
{
    private readonly TokenEncoder _encoder;
    private readonly Dropout _dropout;
    private readonly Linear _output;

    public SequenceClassifier(SequenceClassifierOptions options, ulong seed = 1, ModelReader<SequenceClassifierOptions>? file = null)
        : base(Format, options, file)
    {
        _encoder = new TokenEncoder(Layout, options.Tokens, options.Encoder);
        _dropout = new Dropout("dropout", options.Dropout);
        _output = new Linear(Layout, "fc", _encoder.OutputSize, options.Classes);
        Complete(seed);
    }

    public static ModelFormat<SequenceClassifierOptions> Format { get; } =
        new("sequence-classifier/1", SequenceClassifierJson.Default.SequenceClassifierOptions);

    public static SequenceClassifier Load(string path) =>
        Format.Open(path).Make(file => new SequenceClassifier(file.Options, file: file));

    public override Pass<LabelledBatch> CreatePass(BatchShape most, TapeUse use = TapeUse.Training) =>
        new ClassifierPass(this, most, use);

    private sealed class ClassifierPass(SequenceClassifier m, BatchShape most, TapeUse use)
        : Pass<LabelledBatch>(Format.Name, m.Parameters)
    {
        private readonly TokenEncoderTape _encoded = m._encoder.CreateTape(most.Steps, most.Rows, use);
        private readonly Tensor _last = new(most.Rows, m._encoder.OutputSize), _logits = new(most.Rows, m.Options.Classes);

        public override IReadOnlyList<Measure> Measures => [Measure.Accuracy];

        public override LossSum ForwardBackward(in LabelledBatch batch, Mode mode, float scale, GradientBuffer g)
        {
            MatrixView logits = Forward(batch, mode), last = _last.AsMatrix().Slice(0, batch.Rows), dLast = last;
            LossSum loss = SoftmaxCrossEntropy.ForwardBackward(logits, batch.Labels.Span, scale, logits);
            m._output.Backward(Parameters, last, logits, g, dLast);
            m._dropout.Backward(dLast.Span, dLast.Span, mode);
            SequenceView dHidden = _encoded.OutputGradient;
            dHidden.Span.Clear();
            for (int b = 0; b < batch.Rows; b++)
                dLast.Row(b).CopyTo(dHidden[batch.Lengths.Span[b] - 1].Row(b));   // last = hidden[length - 1]

            m._encoder.Backward(Parameters, batch.Tokens.Span, dHidden, _encoded, g);
            return loss;
        }

        public override LossSum Evaluate(in LabelledBatch batch, Measurements results)
        {
            MatrixView logits = Forward(batch, Mode.Inference);
            results.Add(Measure.Accuracy, Accuracy.Count(logits, batch.Labels.Span));
            return SoftmaxCrossEntropy.Forward(logits, batch.Labels.Span);
        }

        private MatrixView Forward(in LabelledBatch batch, Mode mode)
        {
            MatrixView last = _last.AsMatrix().Slice(0, batch.Rows), logits = _logits.AsMatrix().Slice(0, batch.Rows);
            m._encoder.Forward(Parameters, batch.Tokens.Span, batch.Lengths.Span, mode, _encoded);
            for (int b = 0; b < batch.Rows; b++)
                _encoded.Output[batch.Lengths.Span[b] - 1].Row(b).CopyTo(last.Row(b));

            m._dropout.Forward(last.Span, last.Span, mode);
            m._output.Forward(Parameters, last, logits);
            return logits;
        }
    }
}
