using Rnn.Core.Layers;
using Rnn.Core.Losses;
using Rnn.Core.Parameters;
using Rnn.Core.Serialization;

namespace Rnn.Models.Training;

/// <summary>A network with a loss, as <see cref="Trainer{TBatch}"/> sees it.</summary>
/// <typeparam name="TBatch">What it learns from in one step.</typeparam>
public interface ITrainable<TBatch>
{
    /// <summary>What is learnt.</summary>
    ParameterBuffer Parameters { get; }

    /// <summary>The loss of a batch, its gradient, and the state carried to the next batch.</summary>
    /// <param name="batch">Read.</param>
    /// <param name="mode">Training, with the key of dropout.</param>
    /// <param name="g">The gradient of the mean loss. Accumulated.</param>
    LossSum ForwardBackward(in TBatch batch, Mode mode, GradientBuffer g);

    /// <summary>The loss of a batch without training. Its carried state is apart from training's.</summary>
    LossSum Evaluate(in TBatch batch);

    /// <summary>Adds the state carried between training batches to a checkpoint.</summary>
    void SaveState(CheckpointWriter writer);

    /// <summary>Restores the state carried between training batches.</summary>
    /// <exception cref="System.IO.InvalidDataException">The checkpoint's doesn't fit; nothing has changed.</exception>
    void LoadState(CheckpointReader reader);
}
