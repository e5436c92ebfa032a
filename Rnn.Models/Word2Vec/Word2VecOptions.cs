using Rnn.Core.Kernels.WordVectors;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Word2Vec;

/// <summary>
/// How a <see cref="Word2VecModel"/> learns. The numbers are word2vec's defaults; the architecture is skip-gram, where
/// word2vec and gensim begin with CBOW.
/// </summary>
public sealed record Word2VecOptions
{
    /// <summary>
    /// Each context from the word (skip-gram, the default), or the word from the mean of its contexts (CBOW).
    /// </summary>
    public Word2VecArchitecture Architecture { get; init; } = Word2VecArchitecture.SkipGram;

    /// <summary>D, elements of a vector, 1 to 65,536; 100 by default.</summary>
    public int Dimensions { get; init; } = 100;

    /// <summary>
    /// A window has 1 .. Window words on each side, a number drawn for each word. 1 to 100; 5 by default.
    /// </summary>
    public int Window { get; init; } = 5;

    /// <summary>K, negatives of a window, which all its contexts share. 1 to 100; 5 by default.</summary>
    public int Negatives { get; init; } = 5;

    /// <summary>
    /// Negatives are drawn in proportion to the words' counts to this power. Any finite number; 0.75 by default, 0
    /// draws all words alike.
    /// </summary>
    public double NoisePower { get; init; } = 0.75;

    /// <summary>
    /// t of the subsampling: an occurrence of a word of relative frequency f is kept with probability
    /// min(1, sqrt(t/f) + t/f), word2vec's rule. 0 to 1; 1e-3 by default, 0 keeps all.
    /// </summary>
    public double SubsamplingThreshold { get; init; } = 1e-3;

    /// <summary>Runs through the text, at least 1; 5 by default.</summary>
    public int Epochs { get; init; } = 5;

    /// <summary>
    /// The learning rate at the beginning, 0 to 10; it falls linearly with the part of the run that is done, to
    /// <see cref="MinLearningRate"/>. 0 (the default) chooses 0.025 for skip-gram, 0.05 for CBOW.
    /// </summary>
    public double LearningRate { get; init; }

    /// <summary>The lowest learning rate, 0 to that of the beginning; 1e-4 by default.</summary>
    public double MinLearningRate { get; init; } = 1e-4;

    /// <summary>Of initial vectors, windows, subsampling and negatives; 1 by default.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>
    /// Into how many parts the dimensions are split, which is how many threads can work: 0 (the default) chooses 2
    /// (1 up to 16 dimensions, 4 from 512). The most is the dimensions divided by 16, rounded up, and 64. The result
    /// depends on this number, not on that of threads. More than 2 make one or two threads slower.
    /// </summary>
    public int Shards { get; init; }

    internal double UsualRate => Architecture == Word2VecArchitecture.Cbow ? 0.05 : 0.025;

    internal double FirstRate => LearningRate > 0 ? LearningRate : UsualRate;

    internal int ActualShards => Shards > 0 ? Shards : EmbeddingShards.DefaultShards(Dimensions);

    internal void Check()
    {
        Throw.IfUndefined(nameof(Architecture), Architecture);
        Between(nameof(Dimensions), Dimensions, 1, 1 << 16);
        Between(nameof(Window), Window, 1, WindowTrainer.MaxReach);
        Between(nameof(Negatives), Negatives, 1, WindowTrainer.MaxNegatives);
        if (!double.IsFinite(NoisePower))
            Throw.Outside(nameof(NoisePower), NoisePower, "a finite number");

        if (!(SubsamplingThreshold >= 0 && SubsamplingThreshold <= 1))
            Throw.Outside(nameof(SubsamplingThreshold), SubsamplingThreshold, "0 to 1");

        Throw.IfBelow(nameof(Epochs), Epochs, 1);
        if (!(LearningRate >= 0 && LearningRate <= 10))
            Throw.Outside(nameof(LearningRate), LearningRate, "0 to 10");

        if (!(MinLearningRate >= 0 && MinLearningRate <= FirstRate))
            Throw.Outside(nameof(MinLearningRate), MinLearningRate, "0 to the learning rate");

        Between(nameof(Shards), Shards, 0, EmbeddingShards.MostShards(Dimensions));
    }

    private static void Between(string what, int value, int least, int most)
    {
        if (value < least || value > most)
            Throw.Outside(what, value, $"{least} to {most}");
    }
}
