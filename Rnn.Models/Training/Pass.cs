using System;
using System.Collections.Generic;
using Rnn.Core.Layers;
using Rnn.Core.Losses;
using Rnn.Core.Parameters;
using Rnn.Core.Serialization.Checkpoints;

namespace Rnn.Models.Training;

/// <summary>
/// A network with a loss, as <see cref="Trainer{TBatch}"/> sees it: the way forwards and back through it, and one
/// thread's memory for that (tapes, buffers, carried state), taken once. Any number of them may share parameters.
/// </summary>
/// <typeparam name="TBatch">What it learns from in one step.</typeparam>
public abstract class Pass<TBatch>
{
    /// <summary>A pass through a network.</summary>
    /// <param name="kind">What the network is: checkpoints of another one are refused. A model's is the name of
    /// its format.</param>
    /// <param name="parameters">What is learnt.</param>
    protected Pass(string kind, ParameterBuffer parameters)
    {
        ArgumentException.ThrowIfNullOrEmpty(kind);
        ArgumentNullException.ThrowIfNull(parameters);
        Kind = kind;
        Parameters = parameters;
    }

    /// <summary>What the network is.</summary>
    public string Kind { get; }

    /// <summary>What is learnt.</summary>
    public ParameterBuffer Parameters { get; }

    /// <summary>What Evaluate measures besides the loss; nothing by default.</summary>
    public virtual IReadOnlyList<Measure> Measures => [];

    /// <summary>Whether state is carried from training batch to training batch, so that they can't be shared out to several
    /// processes; false by default.</summary>
    public virtual bool CarriesState => false;

    /// <summary>The losses of a batch, their gradient, and the state carried to the next batch.</summary>
    /// <param name="batch">Read.</param>
    /// <param name="mode">Training, with the key of dropout.</param>
    /// <param name="scale">1 / targets of the whole step, of which this batch may be a part (design decision
    /// D52).</param>
    /// <param name="g">The gradient of scale * Sum. Accumulated.</param>
    /// <returns>Sum and number of the targets' losses.</returns>
    public abstract LossSum ForwardBackward(in TBatch batch, Mode mode, float scale, GradientBuffer g);

    /// <summary>The losses of a batch without training. Its carried state is apart from training's.</summary>
    /// <param name="batch">Read.</param>
    /// <param name="results">Receives what <see cref="Measures"/> names; the loss is added by the caller.</param>
    public abstract LossSum Evaluate(in TBatch batch, Measurements results);

    /// <summary>Adds the state carried between training batches to a checkpoint; by default there is none.</summary>
    public virtual void SaveState(CheckpointWriter writer)
    {
    }

    /// <summary>Restores the state carried between training batches.</summary>
    /// <exception cref="System.IO.InvalidDataException">The checkpoint's doesn't fit; nothing has changed.</exception>
    public virtual void LoadState(CheckpointReader reader)
    {
    }
}
