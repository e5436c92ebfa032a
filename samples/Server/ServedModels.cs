using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using Rnn.Models.CharRnn;
using Rnn.Models.LanguageModels;
using Rnn.Models.Saving;
using Rnn.Models.Sentiment;
using Rnn.Models.Translation;
using Rnn.Samples.Common;
using static System.FormattableString;

namespace Rnn.Samples.Server;

/// <summary>The models of a server: each is there once, however many requests read it at once.</summary>
/// <param name="Writer">What writes.</param>
/// <param name="Sentiment">What classifies.</param>
/// <param name="Translators">What translates.</param>
internal sealed record ServedModels(ITextWriter Writer, SentimentModel Sentiment, TranslatorPool Translators)
{
    private const string SomeReview = "the story is not dull, and the acting is brilliant";

    /// <summary>The classifier in a few words.</summary>
    public string SentimentDescription => Invariant($"{string.Join(", ", Sentiment.Classes)}; {Sentiment.Vocabulary.Count} words, ")
        + Invariant($"{Sentiment.Parameters.Layout.ParameterCount} parameters");

    /// <summary>The translator in a few words.</summary>
    public string TranslationDescription
    {
        get
        {
            TranslationModel model = Translators.Model;
            return Invariant($"{model.Source.Vocabulary.Count} to {model.Target.Vocabulary.Count} tokens, ")
                + Invariant($"{model.Parameters.Layout.ParameterCount} parameters");
        }
    }

    /// <summary>What the models may be tried with, by endpoint.</summary>
    public IReadOnlyDictionary<string, string> Prompts => new Dictionary<string, string>
    {
        ["generate"] = Writer.Prompt,
        ["classify"] = SomeReview,
        ["translate"] = BuiltInModels.IsDates(Translators.Model) ? BuiltInModels.SomeDate : "",
    };

    /// <summary>The model that writes.</summary>
    /// <param name="path">Its file, or the folder of a run.</param>
    /// <exception cref="IOException">There is none.</exception>
    /// <exception cref="InvalidDataException">It is of another kind, or damaged.</exception>
    public static ITextWriter LoadWriter(string path)
    {
        string file = ModelOption.Existing(path);
        return ModelFile.FormatOf(file) == LanguageModel.Format.Name
            ? new ScriptWriter(LanguageModel.Load(file))
            : new CharacterWriter(CharRnnModel.Load(file));
    }

    /// <summary>Asks each model something short.</summary>
    /// <returns>What is wrong with them, or null.</returns>
    public string? Fault(CancellationToken cancellation)
    {
        GenerateRequest request = new(Writer.Prompt, Length: 1);
        if (!Writer.Write(request, seed: 1, cancellation).Any())
            return "The text model writes nothing.";

        return float.IsFinite(Sentiment.Predict("a").Probability) ? null : "The classifier's probabilities are not finite.";
    }
}
