using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Rnn.Core.Layers.Attention;
using Rnn.Core.Layers.Pooling;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Core.Serialization.Safetensors;
using Rnn.Models.CharRnn;
using Rnn.Models.Forecasting;
using Rnn.Models.LanguageModels;
using Rnn.Models.Sentiment;
using Rnn.Models.Text;
using Rnn.Models.Text.Parallel;
using Rnn.Models.Text.Scripts;
using Rnn.Models.Text.Words;
using Rnn.Models.TimeSeries;
using Rnn.Models.Translation;
using Rnn.Models.Word2Vec;
using Rnn.Tests.Architecture;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Serialization;

/// <summary>Every model's parameters as a state dict, and the modules that Exchange.md says it has.</summary>
public sealed partial class ModelStateDictTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Kinds =>
    [
        "`CharRnnModel`", "`LanguageModel`", "`LanguageModel` tied", "`LanguageModel` adaptive", "`SentimentModel`",
        "`TranslationModel`, recurrent", "`TranslationModel`, recurrent general", "`TranslationModel`, Transformer",
        "`SeriesModel`", "`SequenceRegressor`", "`BatchedWord2Vec`",
    ];

    /// <summary>Saved and loaded into a model with other weights: the same bits, one module of the guide for each
    /// tensor.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void ItGoesOutAndIn(string kind)
    {
        ParameterBuffer first = Parameters(kind, seed: 1), second = Parameters(kind, seed: 2);
        Assert.NotEqual(first.Dense.ToArray(), second.Dense.ToArray());
        StateDictNames names = new()
        {
            Copies = kind.EndsWith("tied", StringComparison.Ordinal)
                ? new Dictionary<string, string> { ["decoder.weight"] = "embedding.weight" }
                : new Dictionary<string, string>(),
        };
        StateDict.Save(_folder["model.safetensors"], first, names);
        StateDict.Load(_folder["model.safetensors"], second, names);
        Assert.Equal(first.Dense.ToArray(), second.Dense.ToArray());
        Assert.Equal(first.ByRow.ToArray(), second.ByRow.ToArray());

        string guide = File.ReadAllText(Path.Combine(Repository.RootOrSkip(), "Rnn.Core", "Exchange.md"));
        int models = guide.IndexOf("### The models", StringComparison.Ordinal);
        string name = kind.StartsWith("`TranslationModel`, recurrent", StringComparison.Ordinal) ? "`TranslationModel`, recurrent"
            : kind.Contains(' ', StringComparison.Ordinal) && !kind.Contains(',', StringComparison.Ordinal)
            ? kind[..kind.IndexOf(' ', StringComparison.Ordinal)] : kind;
        string row = guide[models..].Split('\n').First(line => line.StartsWith($"| {name} |", StringComparison.Ordinal));
        Assert.All(SafetensorsReader.Open(_folder["model.safetensors"]).Entries.Select(entry => Module(entry.Name)).Distinct(),
            module => Assert.True(row.Contains($"`{module}`", StringComparison.Ordinal)
                || (module.StartsWith("decoder.", StringComparison.Ordinal)
                    && row.Contains("the same of `decoder`", StringComparison.Ordinal)
                    && row.Contains($"`encoder{module["decoder".Length..]}`", StringComparison.Ordinal)),
                $"Exchange.md doesn't name {module} of {kind}."));
    }

    private static string Module(string tensor)
    {
        string module = Tensor().Replace(tensor, "");
        module = Layer().Replace(module, "$1{i}$2");
        module = module.Contains("layers.{i}", StringComparison.Ordinal)
            ? module[..(module.IndexOf("{i}", StringComparison.Ordinal) + 3)]
            : module;
        return Numbered().Replace(module, "_l{k}").Replace("gru", "lstm", StringComparison.Ordinal);
    }

    private static ParameterBuffer Parameters(string kind, ulong seed)
    {
        TokenVocabulary words = TokenVocabulary.FromSymbols("[\"<unk>\",\"a\",\"b\",\"c\",\"d\",\"e\"]");
        LanguageModelOptions language = new()
        {
            EmbeddingSize = 4,
            HiddenSize = 5,
            Layers = 2,
            TiedWeights = kind.EndsWith("tied", StringComparison.Ordinal),
        };
        ParallelText pairs = new([new("a b", "c d"), new("b", "d")]);
        TranslationOptions translation = new() { EmbeddingSize = 4, HiddenSize = 6, MinCount = 1 };
        Series series = new("s", [.. Enumerable.Range(0, 40).Select(t => Math.Sin(t))]);
        ParameterBuffer p = kind switch
        {
            "`CharRnnModel`" => new CharRnnModel(Vocabulary.FromText("abc"), new() { HiddenSize = 4 }).Parameters,
            "`LanguageModel`" or "`LanguageModel` tied" => new LanguageModel(words, language).Parameters,
            "`LanguageModel` adaptive" => new LanguageModel(words, language with
            {
                Head = OutputHead.Adaptive,
                Cutoffs = [2, 4],
                ClusterDivisor = 1,
            }).Parameters,
            "`SentimentModel`" => new SentimentModel(WordVocabulary.FromWords(["a", "b", "c"], [3, 2, 1]), ["no", "yes"],
                new() { EmbeddingSize = 4, HiddenSize = 4, Pooling = PoolingKind.Attention }).Parameters,
            "`TranslationModel`, recurrent" => new TranslationModel(pairs, translation with
            {
                Cell = RecurrentCell.Lstm,
                Order = AttentionOrder.After,
                ReadoutSize = 5,
            }).Parameters,
            "`TranslationModel`, recurrent general" => new TranslationModel(pairs, translation with
            {
                Score = AttentionScore.General,
            }).Parameters,
            "`TranslationModel`, Transformer" => new TranslationModel(pairs, translation with
            {
                Architecture = TranslationArchitecture.Transformer,
                Heads = 2,
                FeedForwardSize = 5,
                NormFirst = true,
                Positions = PositionKind.Learnt,
            }).Parameters,
            "`SeriesModel`" => new SeriesModel([series], new() { EmbeddingSize = 2, HiddenSize = 4, Layers = 1, Horizon = 3 })
                .Parameters,
            "`BatchedWord2Vec`" => new BatchedWord2Vec(5, new() { Dimensions = 4, Loss = Word2VecLoss.FullSoftmax }).Parameters,
            _ => new SequenceRegressor().Parameters,
        };
        p.Initialize(seed);
        return p;
    }

    [GeneratedRegex(@"\.(weight|bias)(_[ih]h_l\d+(_reverse)?)?$|\.in_proj_(weight|bias)$")]
    private static partial Regex Tensor();

    [GeneratedRegex(@"((?:layers|tail)\.)\d+(\.|$)")]
    private static partial Regex Layer();

    [GeneratedRegex(@"_l\d+")]
    private static partial Regex Numbered();
}
