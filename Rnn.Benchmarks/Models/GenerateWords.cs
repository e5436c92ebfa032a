using System.Linq;
using System.Text.Json;
using Rnn.Core.Kernels.Products;
using Rnn.Models.Generation;
using Rnn.Models.LanguageModels;
using Rnn.Models.Text.Scripts;

namespace Rnn.Benchmarks.Models;

/// <summary>A word model writes: a step is one word, its logits, and the choice of the next.</summary>
public sealed class GenerateWords : IWorkload
{
    public const int V = 21_388, H = 250, Layers = 2;
    public const double Flops = 2 * ((Layers * 2.0 * H * 4 * H) + ((double)H * V));

    private readonly TokenGenerator<LanguageModelSteps> _generator;

    public GenerateWords(WeightPrecision precision, SamplingOptions sampling)
    {
        string[] words = [TokenVocabulary.Unknown, .. Enumerable.Range(1, V - 1).Select(i => $"w{i}")];
        LanguageModel model = new(TokenVocabulary.FromSymbols(JsonSerializer.Serialize(words)),
            new LanguageModelOptions { EmbeddingSize = H, HiddenSize = H, Layers = Layers });
        model.Parameters.InferencePrecision = precision;
        _generator = new TokenGenerator<LanguageModelSteps>(new LanguageModelSteps(model));
        _generator.Reset(1, sampling);
        _generator.Read(1);
    }

    public double Loss => double.NaN;

    /// <summary>What is read of weights in such numbers.</summary>
    public static double WeightBytes(WeightPrecision precision) =>
        Flops / 2 * (precision == WeightPrecision.BFloat16 ? 2 : 4);

    public void Step() => _generator.Next();
}
