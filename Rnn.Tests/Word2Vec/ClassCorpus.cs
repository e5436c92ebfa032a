using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Models.Word2Vec;

namespace Rnn.Tests.Word2Vec;

/// <summary>
/// Sentences of one word of each class, in the order of the classes: words of a class occur in the same surroundings.
/// Word w is of class w % Classes.
/// </summary>
internal sealed class ClassCorpus
{
    public const int Classes = 5;

    public ClassCorpus(int vocabulary, int sentences, ulong seed = 1)
    {
        Philox random = new(seed, stream: 9);
        Ids = new int[sentences * (Classes + 1)];
        Counts = new long[vocabulary];
        int at = 0;
        for (int sentence = 0; sentence < sentences; sentence++)
        {
            for (int c = 0; c < Classes; c++)
            {
                int word = (random.NextInt32(vocabulary / Classes) * Classes) + c;
                Ids[at++] = word;
                Counts[word]++;
            }

            Ids[at++] = WordBatches.SentenceEnd;
        }
    }

    public int[] Ids { get; }

    public long[] Counts { get; }
}
