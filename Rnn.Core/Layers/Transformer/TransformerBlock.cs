using Rnn.Core.Layers.Attention;
using Rnn.Core.Layers.Normalization;
using Rnn.Core.Parameters;

namespace Rnn.Core.Layers.Transformer;

/// <summary>One layer of a Transformer: attention over itself, in a decoder attention over the memory, feed-forward;
/// each a branch with dropout at its end and a normalisation.</summary>
internal sealed class TransformerBlock
{
    public TransformerBlock(ParameterLayout layout, string name, TransformerOptions options, bool isDecoder)
    {
        Self = new MultiHeadAttention(layout, $"{name}.self_attn", options.Size, options.Heads, options.AttentionDropout);
        Cross = isDecoder
            ? new MultiHeadAttention(layout, $"{name}.multihead_attn", options.Size, options.Heads, options.AttentionDropout)
            : null;
        Feed = new FeedForward(layout, name, options.Size, options.FeedForwardSize, options.Activation, options.Dropout);
        Branches = isDecoder ? 3 : 2;
        Norms = new LayerNorm[Branches];
        Dropouts = new Dropout[Branches];
        for (int i = 0; i < Branches; i++)
        {
            Norms[i] = new LayerNorm(layout, $"{name}.norm{i + 1}", options.Size);
            Dropouts[i] = new Dropout($"{name}.dropout{i + 1}", options.Dropout);
        }

        // As PyTorch's Transformer draws them: every matrix, those of linear layers too.
        layout.SetInitial(Self.OutWeights, InitialValues.Glorot);
        layout.SetInitial(Feed.First.Weights, InitialValues.Glorot);
        layout.SetInitial(Feed.Second.Weights, InitialValues.Glorot);
        if (Cross is not null)
            layout.SetInitial(Cross.OutWeights, InitialValues.Glorot);
    }

    public MultiHeadAttention Self { get; }

    /// <summary>Over the memory; null in an encoder.</summary>
    public MultiHeadAttention? Cross { get; }

    public FeedForward Feed { get; }

    /// <summary>2, or 3 with a memory.</summary>
    public int Branches { get; }

    public LayerNorm[] Norms { get; }

    public Dropout[] Dropouts { get; }

    /// <summary>The bias that ends a branch: added where the branch joins the stream.</summary>
    public ParameterSlot BiasOf(int branch) => branch == 0 ? Self.OutBias
        : branch == 1 && Cross is not null ? Cross.OutBias : Feed.Second.Bias!.Value;
}
