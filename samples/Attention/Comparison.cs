using System;
using Rnn.Models.Translation;
using Rnn.Samples.Common;

namespace Rnn.Samples.Attention;

/// <summary>The same network without attention, trained beside it.</summary>
internal static class Comparison
{
    private const string Folder = "without-attention";

    /// <summary>What a run writes that trains both.</summary>
    public static RunFiles Files { get; } = RunFiles.Usual with
    {
        Folders = [Folder],
        Meanings = [(Folder, "the same network without attention")],
    };

    /// <summary>Trains it, or goes on.</summary>
    /// <param name="run">The run that it is a part of.</param>
    /// <param name="settings">Those of the network with attention.</param>
    /// <param name="attending">That network, whose words are this one's, too.</param>
    /// <param name="pairs">What that learnt from.</param>
    /// <param name="train">Trains a model; whether all is done.</param>
    /// <returns>The model and its name; null if it was interrupted.</returns>
    public static (TranslationModel Model, string Name)? Train(TrainingRun<TranslationSettings> run, TranslationSettings settings,
        TranslationModel attending, Pairs pairs,
        Func<TrainingRun<TranslationSettings>, TranslationSettings, Pairs, TranslationModel, bool> train)
    {
        TranslationSettings plain = settings with
        {
            Network = settings.Network with { Architecture = TranslationArchitecture.EncoderDecoder },
        };
        TrainingRun<TranslationSettings> part = run.Part(Folder);
        using RunFolder inside = part.Folder;
        TranslationModel model = new(attending.Source, attending.Target, plain.Network, plain.Training.Seed);
        return train(part, plain, pairs, model) ? (model, plain.Describe()) : null;
    }
}
