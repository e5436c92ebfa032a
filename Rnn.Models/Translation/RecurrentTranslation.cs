using System;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Attention;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Core.Serialization.Onnx;
using Rnn.Models.Batching;
using Rnn.Models.Networks;

namespace Rnn.Models.Translation;

/// <summary>
/// A recurrent encoder, a bridge of states, a recurrent decoder that attends to the encoder's states or doesn't, and a
/// readout tanh(linear) where it is wanted. The output reads [decoder; embedding of the last word], or the readout of
/// it.
/// </summary>
internal sealed class RecurrentTranslation : TranslationNetwork
{
    public RecurrentTranslation(ParameterLayout layout, int sources, int targets, TranslationOptions options)
    {
        Options = options;
        Encoder = new TokenEncoder(layout, sources, options, "encoder.");
        Bridge = new StateBridge(layout, "bridge", options);
        TargetEmbedding = new Embedding(layout, "decoder.embedding", targets, options.EmbeddingSize,
            options.TiedWeights ? SlotStorage.Dense : SlotStorage.ByRow);
        EmbeddingDropout = new Dropout("decoder.embedding.dropout", options.EmbeddingDropout, options.LockedDropout);
        bool attends = options.Architecture == TranslationArchitecture.Attention;
        AttentionDecoderOptions how = new()
        {
            Order = options.Order,
            InputFeeding = options.InputFeeding && options.Order == AttentionOrder.After,
        };
        int memory = Encoder.OutputSize, inputs = attends
            ? AttentionDecoder.RecurrentInputSize(options.EmbeddingSize, options.HiddenSize, memory, how)
            : options.EmbeddingSize;
        string name = options.Cell switch { RecurrentCell.Lstm => "lstm", RecurrentCell.Gru => "gru", _ => "rnn" };
        Recurrent = RecurrentStack.Create(layout, $"decoder.{name}", options.Cell, inputs, options.HiddenSize,
            options.Layers, options.Dropout, bidirectional: false, options with { LearnInitialState = false },
            options.LockedDropout);
        if (attends)
        {
            int size = options.Score == AttentionScore.Additive && options.AttentionSize == 0
                ? options.HiddenSize
                : options.AttentionSize;
            GlobalAttention attention = new(layout, "decoder.attention", options.Score, options.HiddenSize, memory, size);
            Attention = new AttentionDecoder(layout, "decoder", Recurrent, attention, how);
        }

        DecoderSize = Attention?.OutputSize ?? Recurrent.OutputSize;
        JoinedSize = DecoderSize + (options.OutputReadsEmbedding ? options.EmbeddingSize : 0);
        int readout = options.ReadoutSize;
        if (options.TiedWeights && JoinedSize != options.EmbeddingSize)
            readout = options.EmbeddingSize;

        if (readout > 0)
            Readout = new Linear(layout, "decoder.readout", JoinedSize, readout);
    }

    public TranslationOptions Options { get; }

    public TokenEncoder Encoder { get; }

    public StateBridge Bridge { get; }

    public override Embedding TargetEmbedding { get; }

    public Dropout EmbeddingDropout { get; }

    /// <summary>The decoder's cells.</summary>
    public RecurrentStack Recurrent { get; }

    /// <summary>The cells with attention; null without.</summary>
    public AttentionDecoder? Attention { get; }

    /// <summary>Elements of the decoder's output.</summary>
    public int DecoderSize { get; }

    /// <summary>The same with the embedding, where the output reads it.</summary>
    public int JoinedSize { get; }

    /// <summary>Between these and the output; null where there is none.</summary>
    public Linear? Readout { get; }

    public override int OutputSize => Readout?.OutputSize ?? JoinedSize;

    public override TranslationTape CreateTape(BatchShape most, TapeUse use) => new RecurrentTranslationTape(this, most, use);

    public override void AddEncoder(OnnxNetwork net, OnnxValue tokens, OnnxValue lengths)
    {
        OnnxValue x = Encoder.Embedding is { } embedding
            ? net.Add(embedding, tokens)
            : net.OneHot(tokens, Encoder.Vocabulary);
        OnnxState? final = null;
        OnnxValue memory = net.Add(Encoder.Recurrent, x, ref final, lengths);
        if (Attention is not null)
        {
            net.Output("memory", memory);
            if (HasKeys)
                net.Output("keys", net.Keys(Attention.Attention, memory));
        }

        net.Output(Bridge.Add(net, final, Recurrent));
    }

    public override void AddDecoder(OnnxNetwork net, Action<OnnxValue> output)
    {
        OnnxValue x = net.Add(TargetEmbedding, net.Tokens("token"));
        OnnxState? state = net.State(Recurrent);
        OnnxValue? fed = null, weights = null;
        OnnxValue decoded;
        if (Attention is { } decoder)
        {
            OnnxValue memory = net.Numbers("memory", decoder.MemorySize, "source_steps");
            OnnxValue keys = HasKeys ? net.Numbers("keys", decoder.Attention.KeySize, "source_steps") : memory;
            OnnxValue lengths = net.Lengths("lengths");
            fed = decoder.Options.InputFeeding ? net.Row("fed0", decoder.OutputSize) : null;
            decoded = net.Step(decoder, x, keys, memory, lengths, ref state, ref fed, out weights);
        }
        else
        {
            decoded = net.Step(Recurrent, x, ref state);
        }

        OnnxValue joined = Options.OutputReadsEmbedding ? net.Concat(decoded, x) : decoded;
        output(Readout is { } readout ? net.Tanh(net.Add(readout, joined)) : joined);
        net.Output(state);
        if (fed is not null)
            net.Output("fedn", fed);

        if (weights is not null)
            net.Output("weights", weights);
    }

    /// <summary>Whether what queries are compared with isn't the memory itself.</summary>
    private bool HasKeys => Attention?.Attention.Score is AttentionScore.General or AttentionScore.Additive;

    public override TranslationDecoding CreateDecoding(ParameterBuffer parameters, int maxSources, int maxRows,
        int maxSteps) => new RecurrentDecoding(this, parameters, maxSources, maxRows, maxSteps);
}
