using System;
using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.Updates;
using Rnn.Core.Parameters;

namespace Rnn.Core.Optimizers;

/// <summary>
/// The average of the parameters of many steps (Polyak and Juditsky 1992): average += rate*(parameters - average), with
/// rate 1/n for the mean of n, and (1 - decay)/(1 - decay^n) for one in which each step weighs decay times what the next
/// does. By-row slots are averaged in all rows. Each number is kept in two floats, so that a mean of millions of steps is
/// one. Adding allocates nothing; the bits don't depend on the number of threads.
/// </summary>
public sealed class ParameterAverage
{
    private readonly double _decay;

    /// <summary>An average of nothing yet: zeros.</summary>
    /// <param name="layout">What the parameters are; closed by this.</param>
    /// <param name="decay">The weight of a step in that of the next, 0 to 1; 1 (the default) for the plain mean. 0 is the
    /// last step alone.</param>
    /// <exception cref="ArgumentOutOfRangeException">The decay is out of range.</exception>
    public ParameterAverage(ParameterLayout layout, double decay = 1)
    {
        if (!(decay is >= 0 and <= 1))
            Throw.OutOfRange(nameof(decay), decay, "0 to 1");

        _decay = decay;
        Values = new ParameterBuffer(layout);
        Rest = new ParameterBuffer(layout);
    }

    /// <summary>The average: anything before the first.</summary>
    public ParameterBuffer Values { get; }

    /// <summary>What <see cref="Values"/> lack of it, being floats. Together with the count, the whole state.</summary>
    public ParameterBuffer Rest { get; }

    /// <summary>How many were added. Set it, and overwrite <see cref="Values"/> and <see cref="Rest"/>, to go on from a
    /// checkpoint.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long Count
    {
        get;
        set
        {
            if (value < 0)
                Throw.OutOfRange(nameof(Count), value, "0 or more");

            field = value;
        }
    }

    /// <summary>One more: the first is taken as it is.</summary>
    /// <param name="parameters">Read.</param>
    /// <exception cref="ArgumentException">They have another layout.</exception>
    public void Add(ParameterBuffer parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (!ReferenceEquals(parameters.Layout, Values.Layout))
            Throw.OtherLayout();

        Count++;
        ParameterWriter rest = Rest.BeginWrite();
        if (Count == 1)
        {
            Values.CopyFrom(parameters);
            rest.Dense.Clear();
            rest.ByRow.Clear();
            return;
        }

        ParameterWriter values = Values.BeginWrite();
        float rate = (float)Rate();
        AverageKernel.Add(parameters.Dense, rate, values.Dense, rest.Dense);
        AverageKernel.Add(parameters.ByRow, rate, values.ByRow, rest.ByRow);
    }

    // A function of the count alone, as resuming needs it.
    private double Rate() => _decay == 1 ? 1.0 / Count : (1 - _decay) / (1 - Math.Pow(_decay, Count));
}
