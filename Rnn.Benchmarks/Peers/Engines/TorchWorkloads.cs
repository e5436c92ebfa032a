using Rnn.Benchmarks.Models;

namespace Rnn.Benchmarks.Peers.Engines;

/// <summary>The networks in TorchSharp, by the name of the work.</summary>
internal static class TorchWorkloads
{
    public static IWorkload Create(string work, EngineOptions options) => work switch
    {
        "char-train" => new TorchCharTrain(0, options),
        "char-train-dropout" => new TorchCharTrain(0.5, options),
        "char-forward" => new TorchCharForward(options),
        "generate" => new TorchGenerate(),
        "sine-train" => new TorchSineTrain(),
        "series-train" => new TorchSeriesTrain(dropout: true),
        "series-train-plain" => new TorchSeriesTrain(dropout: false),
        "sentiment-train" or "sentiment-train-dense" => new TorchSentimentTrain(dropout: true),
        "sentiment-train-plain" => new TorchSentimentTrain(dropout: false),
        "script-train" or "script-train-dense" => new TorchWordTrain(WordModelSizes.Script),
        "script-train-adaptive" or "script-train-adaptive-dense" => new TorchWordTrain(WordModelSizes.ScriptAdaptive),
        "session-gru" or "session-gru-dense" => new TorchWordTrain(WordModelSizes.Session),
        "attention-train" or "attention-train-dense" => new TorchAttentionTrain(TranslationSizes.Attention),
        "transformer-train" or "transformer-train-dense" =>
            new TorchTransformerTrain(TranslationSizes.Transformer, dropout: false, options),
        "transformer-train-dropout" => new TorchTransformerTrain(TranslationSizes.Transformer, dropout: true, options),
        _ when GrowthPoint.Find(work) is { } point => new TorchWordTrain(point.Sizes),
        _ => throw Engine.Unable(Engine.LibTorch, work),
    };
}
