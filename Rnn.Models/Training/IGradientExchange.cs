using System;
using Rnn.Core.Parameters;

namespace Rnn.Models.Training;

/// <summary>
/// Several processes that train one model together, each on its share of a step's batches: what they tell each other.
/// All of them call the same methods in the same order, and get the same bits; to go on with a run, each resumes from the
/// same checkpoint. Not for models that carry state from batch to batch (<see cref="Pass{TBatch}.CarriesState"/>).
/// </summary>
public interface IGradientExchange
{
    /// <summary>The number of this process, 0 to Size - 1.</summary>
    int Rank { get; }

    /// <summary>How many processes there are.</summary>
    int Size { get; }

    /// <summary>Replaces the gradients by their sum over all processes.</summary>
    void Sum(GradientBuffer gradients);

    /// <summary>Replaces each number by its sum over all processes.</summary>
    void Sum(Span<double> numbers);

    /// <summary>Replaces the parameters by those of process 0.</summary>
    void Broadcast(ParameterBuffer parameters);
}
