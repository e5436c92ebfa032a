using System;
using System.Globalization;

namespace GradientReport;

/// <summary>One line of the table: some arrangements of a layer.</summary>
/// <param name="Layer">Which layer.</param>
/// <param name="Options">Which arrangements.</param>
/// <param name="Arrangements">How many.</param>
/// <param name="Derivatives">How many derivatives were checked.</param>
/// <param name="WorstError">The largest |a-n|/(1+|n|).</param>
internal sealed record ReportLine(string Layer, string Options, int Arrangements, long Derivatives, double WorstError)
{
    /// <summary>The line as text.</summary>
    public string[] Cells =>
    [
        Layer,
        Options,
        Arrangements.ToString("N0", CultureInfo.InvariantCulture),
        Derivatives.ToString("N0", CultureInfo.InvariantCulture),
        WorstError.ToString("0.0e-0", CultureInfo.InvariantCulture),
    ];

    /// <summary>This line and another as one.</summary>
    public ReportLine Add(ReportLine other) => this with
    {
        Arrangements = Arrangements + other.Arrangements,
        Derivatives = Derivatives + other.Derivatives,
        WorstError = Math.Max(WorstError, other.WorstError),
    };
}
