namespace Rnn.Core.Optimizers;

/// <summary>
/// What happens to the rows of a by-row slot that a step did not touch. The two are different mathematics.
/// </summary>
public enum ByRowUpdate
{
    /// <summary>
    /// Nothing: neither the rows nor their states move. Costs as much as there are touched rows. A state decays, and a
    /// weight decays, only when its row is touched; bias corrections use the step count of the whole optimiser.
    /// Without momentum and decay this is PyTorch's treatment of sparse gradients (SGD, Adagrad, SparseAdam).
    /// </summary>
    Lazy,

    /// <summary>
    /// Their gradient is 0, exactly as if the slot were dense: states decay, momentum goes on moving the row. Costs a
    /// pass over the whole table.
    /// </summary>
    Dense,
}
