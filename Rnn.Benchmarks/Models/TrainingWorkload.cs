using Rnn.Core.Layers;
using Rnn.Core.Losses;
using Rnn.Core.Optimizers;
using Rnn.Core.Parameters;

namespace Rnn.Benchmarks.Models;

/// <summary>The training step of <c>Trainer</c>: clear, forward-backward, clip, step.</summary>
public abstract class TrainingWorkload : IWorkload
{
    private const ulong Seed = 1;

    private readonly float _rate;
    private readonly double _clip;
    private readonly ByRowUpdate _byRow;
    private Optimizer _optimizer = null!;
    private ulong _step;

    private protected TrainingWorkload(double rate, double clip, ByRowUpdate byRow = ByRowUpdate.Lazy)
    {
        _rate = (float)rate;
        _clip = clip;
        _byRow = byRow;
    }

    /// <summary>What the network learns; the names are PyTorch's.</summary>
    public ParameterBuffer Parameters { get; private set; } = null!;

    /// <summary>The gradients of the last step; clipped, if it was a whole step.</summary>
    public GradientBuffer Gradients { get; private set; } = null!;

    public double Loss { get; private set; } = double.NaN;

    private protected ParameterLayout Layout { get; } = new();

    public void Step()
    {
        ComputeGradients();
        if (_clip > 0)
            GradientClipping.ByGlobalNorm(Gradients, _clip);

        _optimizer.Step(Parameters, Gradients, _rate);
    }

    /// <summary>The first half of a step: the loss and its gradients.</summary>
    public void ComputeGradients()
    {
        Gradients.Clear();
        Loss = ForwardBackward(Mode.Training(Seed, _step++), Gradients).Mean;
    }

    /// <summary>Before gradients are compared: moves parameters so that no rounding decides on which side of a jump of
    /// the gradient a step is, and none hides what is multiplied by it. By default all stay.</summary>
    public virtual void Steady()
    {
    }

    /// <summary>The gradient of the next batch's mean loss, added to <paramref name="g"/>.</summary>
    private protected abstract LossSum ForwardBackward(Mode mode, GradientBuffer g);

    /// <summary>Takes memory once all layers are declared, and draws their values.</summary>
    private protected void Allocate()
    {
        ParameterBuffer parameters = new(Layout);
        parameters.Initialize(Seed);
        Allocate(parameters);
    }

    /// <summary>The same for a model that has its values.</summary>
    private protected void Allocate(ParameterBuffer parameters)
    {
        Parameters = parameters;
        Gradients = new GradientBuffer(parameters.Layout);
        _optimizer = new Adam(parameters.Layout, byRow: _byRow);
    }
}
