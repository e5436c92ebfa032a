using System.CommandLine;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Parameters;

namespace Rnn.Samples.Common;

/// <summary>In which numbers a command multiplies with a model's weights.</summary>
public static class PrecisionOption
{
    private const string Float32 = "float32", BFloat16 = "bfloat16";

    /// <summary>--precision.</summary>
    public static Option<string?> Value { get; } = TypedOptions.Choice("--precision",
        "What weights are rounded to: bfloat16 halves what a step reads, at an error of up to 0.2% of a weight [default: float32].",
        Float32, BFloat16);

    /// <summary>Does what was asked for to a model's parameters.</summary>
    public static void Apply(ParseResult parsed, ParameterBuffer parameters) => parameters.InferencePrecision =
        parsed.GetValue(Value) == BFloat16 ? WeightPrecision.BFloat16 : WeightPrecision.Full;
}
