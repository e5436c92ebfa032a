using Rnn.Benchmarks.Models;
using TorchSharp;
using TorchSharp.Modules;

namespace Rnn.Benchmarks.Peers.Engines;

/// <summary><see cref="SentimentTrain"/> in TorchSharp; its Adam goes over the whole table.</summary>
internal sealed class TorchSentimentTrain : TorchTraining
{
    private readonly TorchTokens _tokens = new(SentimentTrain.CreateWindows());
    private readonly torch.Tensor _labels = torch.tensor(SentimentTrain.CreateLabels());
    private readonly torch.Tensor _zeros = torch.zeros(SentimentTrain.Layers, SentimentTrain.B, SentimentTrain.H);
    private readonly Embedding _embedding = torch.nn.Embedding(SentimentTrain.V, SentimentTrain.E);
    private readonly LSTM _lstm;
    private readonly Dropout _dropout;
    private readonly Linear _output = torch.nn.Linear(SentimentTrain.H, 1);

    public TorchSentimentTrain(bool dropout)
        : base(SentimentTrain.Rate, SentimentTrain.Clip)
    {
        _lstm = torch.nn.LSTM(SentimentTrain.E, SentimentTrain.H, SentimentTrain.Layers,
            dropout: dropout ? SentimentTrain.BetweenLayers : 0);
        _dropout = torch.nn.Dropout(dropout ? SentimentTrain.BeforeOutput : 0);
        Train(new TorchNet(("embedding", _embedding), ("lstm", _lstm), ("dropout", _dropout), ("fc", _output)));
    }

    protected override torch.Tensor Forward()
    {
        (torch.Tensor inputs, _) = _tokens.Next();
        (torch.Tensor y, _, _) = _lstm.call(_embedding.call(inputs), (_zeros, _zeros));
        torch.Tensor logits = _output.call(_dropout.call(y[-1])).squeeze(1);
        return torch.nn.functional.binary_cross_entropy_with_logits(logits, _labels);
    }
}
