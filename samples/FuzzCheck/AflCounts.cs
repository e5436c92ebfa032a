using System.Collections.Generic;
using System.Globalization;

namespace Rnn.Samples.FuzzCheck;

/// <summary>What AFL++ counted for a reader.</summary>
/// <param name="Name">The reader.</param>
/// <param name="Inputs">Inputs read or refused.</param>
/// <param name="Kept">Inputs that reach something which those before don't.</param>
/// <param name="Branches">Edges of the program reached by any input, of 65,536 places that may coincide.</param>
/// <param name="Found">One text for each fault: an exception that isn't documented, too much memory, or no end.</param>
internal sealed record AflCounts(string Name, long Inputs, int Kept, int Branches, IReadOnlyList<string> Found)
{
    /// <summary>How many faults there are.</summary>
    public int Faults => Found.Count;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Name}: {Inputs} inputs, {Kept} kept, {Branches} branches, {Faults} faults");
}
