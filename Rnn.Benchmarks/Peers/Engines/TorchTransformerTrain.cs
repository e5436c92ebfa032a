using System;
using System.Linq;
using Rnn.Benchmarks.Models;
using TorchSharp;
using TorchSharp.Modules;

namespace Rnn.Benchmarks.Peers.Engines;

/// <summary><see cref="TranslationSizes.Transformer"/> in TorchSharp, a row's steps side by side in memory; its Adam
/// goes over the whole tables.</summary>
internal sealed class TorchTransformerTrain : TorchTraining
{
    private readonly TranslationSizes _sizes;
    private readonly double _dropout;
    private readonly TorchTokens _sources;
    private readonly TorchTokens _targets;
    private readonly Embedding _sourceEmbedding;
    private readonly Embedding _targetEmbedding;
    private readonly Embedding _sourcePositions;
    private readonly Embedding _targetPositions;
    private readonly TorchTransformerBlock[] _encoder;
    private readonly TorchTransformerBlock[] _decoder;
    private readonly Linear _output;

    public TorchTransformerTrain(TranslationSizes sizes, bool dropout, EngineOptions options)
        : base(sizes.Rate, sizes.Clip)
    {
        _sizes = sizes;
        _dropout = dropout ? TranslationSizes.Dropout : 0;
        _sources = new TorchTokens(sizes.CreateSources());
        _targets = new TorchTokens(sizes.CreateTargets());
        _sourceEmbedding = Table(sizes.Sources);
        _targetEmbedding = Table(sizes.Targets);
        _sourcePositions = Table(sizes.Options.MaxTokens + 1);
        _targetPositions = Table(sizes.Options.MaxTokens + 1);
        _encoder = Blocks(isDecoder: false);
        _decoder = Blocks(isDecoder: true);
        _output = torch.nn.Linear(sizes.E, sizes.Targets);
        Train(new TorchNet(
            ("encoder", new TorchNet(("embedding", _sourceEmbedding), ("positions", _sourcePositions),
                ("layers", Numbered(_encoder)))),
            ("decoder", new TorchNet(("embedding", _targetEmbedding), ("positions", _targetPositions),
                ("layers", Numbered(_decoder)))),
            ("output", _output)));

        TorchTransformerBlock[] Blocks(bool isDecoder)
        {
            TorchTransformerBlock[] blocks = new TorchTransformerBlock[sizes.Options.Layers];
            for (int i = 0; i < blocks.Length; i++)
            {
                blocks[i] = new TorchTransformerBlock(sizes.E, sizes.Options.Heads, sizes.Options.FeedForwardSize,
                    _dropout, isDecoder, isFused: !options.AttentionInParts);
            }

            return blocks;
        }
    }

    protected override torch.Tensor Forward()
    {
        (torch.Tensor sources, _) = _sources.Next();
        (torch.Tensor inputs, torch.Tensor targets) = _targets.Next();
        torch.Tensor memory = Embed(_sourceEmbedding, _sourcePositions, sources);
        foreach (TorchTransformerBlock block in _encoder)
            memory = block.Forward(memory);

        torch.Tensor y = Embed(_targetEmbedding, _targetPositions, inputs);
        foreach (TorchTransformerBlock block in _decoder)
            y = block.Forward(y, memory);

        // Freed before the way back, which needs their log-softmax only.
        using torch.Tensor logits = _output.call(y.view(-1, _sizes.E));
        return torch.nn.functional.cross_entropy(logits, targets.view(_sizes.Steps, _sizes.B).t().reshape(-1));
    }

    // Of tokens [T, B], [B, T, E].
    private torch.Tensor Embed(Embedding embedding, Embedding positions, torch.Tensor tokens)
    {
        torch.Tensor places = positions.weight!.narrow(0, 0, tokens.shape[0]);
        torch.Tensor x = (embedding.call(tokens.t()) * Math.Sqrt(_sizes.E)) + places;
        return _dropout > 0 ? torch.nn.functional.dropout(x, _dropout) : x;
    }

    private Embedding Table(int rows)
    {
        Embedding table = torch.nn.Embedding(rows, _sizes.E);
        torch.nn.init.normal_(table.weight!, 0, 1 / Math.Sqrt(_sizes.E));
        return table;
    }

    private static TorchNet Numbered(TorchTransformerBlock[] blocks) =>
        new([.. blocks.Select((block, i) => ($"{i}", (torch.nn.Module)block))]);
}
