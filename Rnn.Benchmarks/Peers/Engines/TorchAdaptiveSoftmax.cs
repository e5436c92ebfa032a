using Rnn.Benchmarks.Models;
using TorchSharp;
using TorchSharp.Modules;

namespace Rnn.Benchmarks.Peers.Engines;

/// <summary>
/// PyTorch's AdaptiveLogSoftmaxWithLoss, which TorchSharp lacks, under its names: a linear head over frequent words and
/// clusters, and for each cluster two linear layers over the rows whose target is in it. Nothing has a bias.
/// </summary>
internal sealed class TorchAdaptiveSoftmax : torch.nn.Module
{
    private readonly int[] _bounds;   // of the clusters, with the end
    private readonly Linear _head;
    private readonly Sequential[] _tails;

    public TorchAdaptiveSoftmax(int size, int vocabulary)
        : base("adaptive")
    {
        _bounds = [.. WordModelSizes.Cutoffs, vocabulary];
        _tails = new Sequential[_bounds.Length - 1];
        _head = torch.nn.Linear(size, _bounds[0] + _tails.Length, hasBias: false);
        int projected = size;
        for (int i = 0; i < _tails.Length; i++)
        {
            projected /= WordModelSizes.Divisor;
            _tails[i] = torch.nn.Sequential(
                ("0", torch.nn.Linear(size, projected, hasBias: false)),
                ("1", torch.nn.Linear(projected, _bounds[i + 1] - _bounds[i], hasBias: false)));
        }

        register_module("head", _head);
        register_module("tail", torch.nn.ModuleList(_tails));
    }

    /// <summary>The mean of -log P(target).</summary>
    /// <param name="x">[N, H].</param>
    /// <param name="targets">[N].</param>
    public torch.Tensor Loss(torch.Tensor x, torch.Tensor targets)
    {
        torch.Tensor ofHead = targets.clone();
        torch.Tensor? sum = null;
        for (int i = 0; i < _tails.Length; i++)
        {
            torch.Tensor rows = torch.nonzero((targets >= _bounds[i]) & (targets < _bounds[i + 1])).squeeze(1);
            if (rows.shape[0] == 0)
                continue;

            ofHead.index_fill_(0, rows, _bounds[0] + i);
            torch.Tensor loss = Loss(_tails[i], x.index_select(0, rows), targets.index_select(0, rows) - _bounds[i]);
            sum = sum is null ? loss : sum + loss;
        }

        torch.Tensor headLoss = Loss(_head, x, ofHead);
        return (sum is null ? headLoss : headLoss + sum) / targets.shape[0];
    }

    private static torch.Tensor Loss(torch.nn.Module<torch.Tensor, torch.Tensor> layer, torch.Tensor x, torch.Tensor targets)
    {
        // Freed before the way back, which needs their log-softmax only.
        using torch.Tensor logits = layer.call(x);
        return torch.nn.functional.cross_entropy(logits, targets, reduction: torch.nn.Reduction.Sum);
    }
}
