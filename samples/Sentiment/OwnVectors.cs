using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Rnn.Models.Embeddings;
using Rnn.Models.Sentiment;
using Rnn.Models.Text.Labelled;
using Rnn.Models.Text.Words;
using Rnn.Models.Word2Vec;
using Rnn.Samples.Common;
using static System.FormattableString;

namespace Rnn.Samples.Sentiment;

/// <summary>Word vectors of the training texts, by skip-gram: what the embedding begins with.</summary>
internal static class OwnVectors
{
    /// <summary>Learns them; a text is a sentence.</summary>
    /// <param name="model">Whose words and dimensions they have.</param>
    /// <param name="training">The texts to learn from; labels are not looked at.</param>
    /// <param name="settings">How long, and the seed.</param>
    /// <param name="cancellation">Ends it; nothing is kept then.</param>
    public static WordVectors Learn(SentimentModel model, LabelledTexts training, SentimentSettings settings,
        CancellationToken cancellation)
    {
        IEnumerable<IReadOnlyList<string>> texts = training.Texts.Select(text =>
            (IReadOnlyList<string>)model.Vocabulary.Tokenizer.Tokenize(text));
        using WordCorpus corpus = WordCorpus.FromSentences(texts,
            new WordCorpusOptions { Vocabulary = model.Vocabulary.Words, MaxSentenceWords = int.MaxValue }, cancellation: cancellation);
        Word2VecModel vectors = new(model.Vocabulary.Words, new Word2VecOptions
        {
            Dimensions = model.Options.EmbeddingSize,
            Epochs = settings.VectorEpochs,
            Seed = settings.Training.Seed,
        });
        vectors.Train(corpus, cancellation: cancellation);
        Screen.Show(Invariant($"Word vectors: {settings.VectorEpochs} epochs of skip-gram over the same texts."));
        return vectors.ToWordVectors();
    }
}
