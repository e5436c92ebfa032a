using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Rnn.Tests.Infrastructure;

/// <summary>Numbers that a layer depends on: a parameter, the input, the initial state.</summary>
/// <param name="Name">What a failure calls it.</param>
/// <param name="Values">As the oracle reads them: exactly the layer's floats. Moved by the check, and back.</param>
/// <param name="Gradient">What the layer's Backward says.</param>
internal sealed record GradientVariable(string Name, double[] Values, float[] Gradient);

/// <summary>Numbers that a layer computes: its output, the final state.</summary>
/// <param name="Name">What a failure calls it.</param>
/// <param name="Values">What the layer's Forward says.</param>
/// <param name="Cotangent">The gradient given to Backward; zeros where it got none.</param>
internal sealed record GradientOutput(string Name, float[] Values, float[] Cotangent);

/// <summary>The result of one case.</summary>
/// <param name="Layer">Which layer.</param>
/// <param name="Options">In which arrangement.</param>
/// <param name="Derivatives">How many derivatives were checked.</param>
/// <param name="WorstError">The largest |a-n|/(1+|n|), a the layer's derivative and n the oracle's.</param>
/// <param name="Failures">Every disagreement: where, and both values.</param>
internal sealed record GradientReportRow(
    string Layer, string Options, long Derivatives, double WorstError, IReadOnlyList<string> Failures);

/// <summary>
/// The one check of every Backward. The layer runs in float; the numeric derivatives come from its oracle, a second
/// implementation of Forward alone in double, by central differences. The loss is the sum of all outputs times random
/// cotangents. Every element of every variable is checked, and the outputs themselves are compared too.
/// </summary>
internal static class GradientCheck
{
    public const double StepSize = 1e-5;
    public const double Tolerance = 1e-5;   // |a-n| <= Tolerance + Tolerance*|n|

    /// <summary>Compares a layer with its oracle.</summary>
    /// <param name="layer">Which layer.</param>
    /// <param name="options">In which arrangement.</param>
    /// <param name="variables">What to differentiate by.</param>
    /// <param name="outputs">What the layer computed.</param>
    /// <param name="oracle">The same outputs at the present values of the variables.</param>
    public static GradientReportRow Run(string layer, string options, IReadOnlyList<GradientVariable> variables,
        IReadOnlyList<GradientOutput> outputs, Func<double[][]> oracle)
    {
        List<string> failures = [];
        double[][] expected = oracle();
        for (int k = 0; k < outputs.Count; k++)
        {
            for (int i = 0; i < expected[k].Length; i++)
                Compare($"output {outputs[k].Name}[{i}]", outputs[k].Values[i], expected[k][i], failures);
        }

        long derivatives = 0;
        double worst = 0;
        foreach (GradientVariable variable in variables)
        {
            for (int i = 0; i < variable.Values.Length; i++)
            {
                double at = variable.Values[i];
                variable.Values[i] = at + StepSize;
                double[][] above = oracle();
                variable.Values[i] = at - StepSize;
                double[][] below = oracle();
                variable.Values[i] = at;
                double numeric = Loss(outputs, above, below) / (2 * StepSize);
                worst = Math.Max(worst, Compare($"d {variable.Name}[{i}]", variable.Gradient[i], numeric, failures));
                derivatives++;
            }
        }

        return new GradientReportRow(layer, options, derivatives, worst, failures);
    }

    /// <summary>The first disagreements as one text.</summary>
    public static string Describe(GradientReportRow row) =>
        $"{row.Layer}, {row.Options}: {row.Failures.Count} disagreements" +
        string.Concat(row.Failures.Take(10).Select(failure => "\n  " + failure));

    /// <summary>Loss above minus loss below, by differences of outputs, which keep more digits.</summary>
    private static double Loss(IReadOnlyList<GradientOutput> outputs, double[][] above, double[][] below)
    {
        double sum = 0;
        for (int k = 0; k < outputs.Count; k++)
        {
            float[] cotangent = outputs[k].Cotangent;
            for (int i = 0; i < cotangent.Length; i++)
                sum += cotangent[i] * (above[k][i] - below[k][i]);
        }

        return sum;
    }

    private static double Compare(string what, float actual, double expected, List<string> failures)
    {
        double error = Math.Abs(actual - expected);
        if (!(error <= Tolerance + (Tolerance * Math.Abs(expected))))
        {
            failures.Add(string.Create(CultureInfo.InvariantCulture,
                $"{what}: the layer says {actual:G9}, the oracle {expected:G9}"));
        }

        return double.IsNaN(error) ? double.PositiveInfinity : error / (1 + Math.Abs(expected));
    }
}
