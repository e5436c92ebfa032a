using System.Collections.Generic;
using System.IO;
using System.Linq;
using Rnn.Models.Text.Parallel;
using Rnn.Models.Translation;

namespace Rnn.Samples.Attention;

/// <summary>What a user gives to translate.</summary>
internal static class Sources
{
    /// <summary>Refuses what no model could translate.</summary>
    /// <param name="model">Who is asked.</param>
    /// <param name="text">The source.</param>
    /// <param name="what">What it is: "Line 3 of 'a.txt'".</param>
    /// <exception cref="InvalidDataException">It is empty, too long, or nothing of it is known.</exception>
    public static void Check(TranslationModel model, string text, string what)
    {
        List<string> tokens = model.Source.Tokenize(text);
        if (tokens.Count == 0)
            throw new InvalidDataException($"{what} is empty: give a text to translate.");

        if (tokens.Count > model.Options.MaxTokens)
        {
            throw new InvalidDataException($"{what} has {tokens.Count} tokens; the model reads {model.Options.MaxTokens} at most "
                + "(--max-tokens of its training): divide the text.");
        }

        if (model.Source.Vocabulary.Encode(tokens).All(id => id == TranslationVocabulary.Unknown))
        {
            string unit = model.Options.Source.Units == SentenceUnits.Characters ? "character" : "word";
            throw new InvalidDataException($"{what} has no {unit} that the model knows: it was trained on other texts, with such as "
                + $"'{model.Source.Vocabulary[model.Source.Vocabulary.Count / 2]}'.");
        }
    }
}
