using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Rnn.Samples.Common;

/// <summary>A measured loss.</summary>
/// <param name="Name">Of what.</param>
/// <param name="Nats">A target: a character, a word.</param>
/// <param name="Bits">The same in bits.</param>
/// <param name="Count">How many targets were predicted.</param>
public sealed record MeasuredLoss(string Name, double Nats, double Bits, long Count)
{
    /// <summary>A mean in nats, and the same in bits.</summary>
    public MeasuredLoss(string name, double nats, long count)
        : this(name, nats, nats / Math.Log(2), count)
    {
    }

    /// <summary>A line a loss.</summary>
    /// <param name="losses">Any number.</param>
    /// <param name="perTarget">"char".</param>
    /// <param name="targets">"characters".</param>
    public static string Table(IEnumerable<MeasuredLoss> losses, string perTarget, string targets) => TextTable.Format(
    [
        ["", $"nats/{perTarget}", $"bits/{perTarget}", targets],
        .. losses.Select(loss => new[]
        {
            loss.Name,
            loss.Nats.ToString("F4", CultureInfo.InvariantCulture),
            loss.Bits.ToString("F4", CultureInfo.InvariantCulture),
            loss.Count.ToString(CultureInfo.InvariantCulture),
        }),
    ]);
}
