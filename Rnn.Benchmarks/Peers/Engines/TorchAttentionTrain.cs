using System;
using System.Collections.Generic;
using Rnn.Benchmarks.Models;
using TorchSharp;
using TorchSharp.Modules;

namespace Rnn.Benchmarks.Peers.Engines;

/// <summary>
/// <see cref="TranslationSizes.Attention"/> in TorchSharp: the encoder's GRU reads all steps at once, keys are
/// projected once, and so are readout, output and loss of all steps; its Adam goes over the whole tables.
/// </summary>
internal sealed class TorchAttentionTrain : TorchTraining
{
    private readonly TranslationSizes _sizes;
    private readonly TorchTokens _sources;
    private readonly TorchTokens _targets;
    private readonly torch.Tensor _zeros;
    private readonly Embedding _sourceEmbedding;
    private readonly Embedding _targetEmbedding;
    private readonly GRU _encoder;
    private readonly GRUCell _decoder;
    private readonly Linear _key;
    private readonly Linear _query;
    private readonly Linear _score;
    private readonly Linear _readout;
    private readonly Linear _output;

    public TorchAttentionTrain(TranslationSizes sizes)
        : base(sizes.Rate, sizes.Clip)
    {
        _sizes = sizes;
        _sources = new TorchTokens(sizes.CreateSources());
        _targets = new TorchTokens(sizes.CreateTargets());
        int hidden = sizes.H, readout = sizes.Options.ReadoutSize;
        _zeros = torch.zeros(1, sizes.B, hidden);
        _sourceEmbedding = torch.nn.Embedding(sizes.Sources, sizes.E);
        _targetEmbedding = torch.nn.Embedding(sizes.Targets, sizes.E);
        _encoder = torch.nn.GRU(sizes.E, hidden);
        _decoder = torch.nn.GRUCell(sizes.E + hidden, hidden);
        _key = torch.nn.Linear(hidden, hidden);
        _query = torch.nn.Linear(hidden, hidden, hasBias: false);
        _score = torch.nn.Linear(hidden, 1, hasBias: false);
        _readout = torch.nn.Linear(2 * hidden, readout);
        _output = torch.nn.Linear(readout, sizes.Targets);
        Train(new TorchNet(
            ("encoder", new TorchNet(("embedding", _sourceEmbedding), ("gru", _encoder))),
            ("decoder", new TorchNet(("embedding", _targetEmbedding), ("gru", _decoder),
                ("attention", new TorchNet(("key", _key), ("query", _query), ("score", _score))),
                ("readout", _readout))),
            ("output", _output)));
    }

    public override IEnumerable<(string Name, Parameter Parameter)> Parameters
    {
        get
        {
            // A cell's names lack the layer.
            foreach ((string name, Parameter parameter) in base.Parameters)
            {
                bool isCell = name.StartsWith("decoder.gru.", StringComparison.Ordinal);
                yield return (isCell ? $"{name}_l0" : name, parameter);
            }
        }
    }

    protected override torch.Tensor Forward()
    {
        (torch.Tensor sources, _) = _sources.Next();
        (torch.Tensor inputs, torch.Tensor targets) = _targets.Next();
        (torch.Tensor states, torch.Tensor final) = _encoder.call(_sourceEmbedding.call(sources), _zeros);
        torch.Tensor memory = states.transpose(0, 1).contiguous();   // [B, S, H]
        torch.Tensor keys = _key.call(memory), h = final[0];
        torch.Tensor[] x = _targetEmbedding.call(inputs).unbind(0), outputs = new torch.Tensor[_sizes.Steps];
        for (int t = 0; t < outputs.Length; t++)
        {
            torch.Tensor scores = _score.call(torch.tanh(_query.call(h).unsqueeze(1) + keys));   // [B, S, 1]
            torch.Tensor context = torch.nn.functional.softmax(scores, 1).transpose(1, 2).bmm(memory).squeeze(1);
            h = _decoder.call(torch.cat([x[t], context], 1), h);
            outputs[t] = torch.cat([h, context], 1);
        }

        torch.Tensor readout = torch.tanh(_readout.call(torch.cat(outputs, 0)));
        // Freed before the way back, which needs their log-softmax only.
        using torch.Tensor logits = _output.call(readout);
        return torch.nn.functional.cross_entropy(logits, targets);
    }
}
