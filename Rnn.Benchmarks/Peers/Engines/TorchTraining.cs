using System.Collections.Generic;
using Rnn.Benchmarks.Models;
using TorchSharp;
using TorchSharp.Modules;

namespace Rnn.Benchmarks.Peers.Engines;

/// <summary>A training step as TorchSharp's users write it; its tensors are freed at the end of each step.</summary>
internal abstract class TorchTraining : IWorkload
{
    private readonly double _rate;
    private readonly double _clip;
    private Adam _optimizer = null!;

    protected TorchTraining(double rate, double clip)
    {
        _rate = rate;
        _clip = clip;
    }

    public double Loss { get; private set; } = double.NaN;

    /// <summary>By PyTorch's names.</summary>
    public virtual IEnumerable<(string Name, Parameter Parameter)> Parameters => Net.named_parameters();

    protected TorchNet Net { get; private set; } = null!;

    public void Step()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        Gradients();
        if (_clip > 0)
            torch.nn.utils.clip_grad_norm_(Net.parameters(), _clip);

        _optimizer.step();
    }

    /// <summary>The first half of a step: the loss and its gradients.</summary>
    public void ComputeGradients()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        Gradients();
    }

    /// <summary>The mean loss of the next batch.</summary>
    protected abstract torch.Tensor Forward();

    protected void Train(TorchNet net)
    {
        Net = net;
        Net.train();
        _optimizer = torch.optim.Adam(Net.parameters(), _rate);
    }

    /// <summary>A state for the next step: without history, and alive beyond this one.</summary>
    protected static void Carry(ref torch.Tensor? state, torch.Tensor next)
    {
        state?.Dispose();
        state = next.detach().DetachFromDisposeScope();
    }

    private void Gradients()
    {
        _optimizer.zero_grad();
        torch.Tensor loss = Forward();
        loss.backward();
        Loss = loss.item<float>();
    }
}
