#:project ../../../Rnn.Models/Rnn.Models.csproj
#:package System.Numerics.Tensors
#:property PublishAot=false
#:property ArtifactsPath=$(MSBuildProjectDirectory)/../../../artifacts/sequential

// word2vec one pair after another, on the sentences and windows of Word2VecModel, and what people's judgements say of
// the vectors: how much of a score is due to the order of updates, and how much to the reading of the text.
//
//     dotnet run -c Release sequential.cs -- TEXT FOLDER own|shared|model WINDOW NEGATIVES SEED...
//
// own: a context has negatives of its own, as in word2vec and gensim. shared: those of its window. model: Word2VecModel.
// FOLDER holds EN-WS-353-ALL.txt and so on. 100 dimensions, 5 epochs, subsampling 1e-3, minimum count 5, rate
// 0.025.

using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Numerics.Tensors;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Kernels.WordVectors;
using Rnn.Models.Embeddings;
using Rnn.Models.Embeddings.Evaluation;
using Rnn.Models.Text.Words;
using Rnn.Models.Word2Vec;

const int Dimensions = 100, Epochs = 5, Piece = WindowTrainer.PieceLength;
const float FirstRate = 0.025f, LeastRate = 1e-4f;
string folder = args[1], mode = args[2];
int window = int.Parse(args[3], CultureInfo.InvariantCulture);
int negatives = int.Parse(args[4], CultureInfo.InvariantCulture);
string[] files = ["EN-WS-353-ALL.txt", "EN-MEN-TR-3k.txt", "EN-SIMLEX-999.txt"];
WordSimilarity[] similarity = [.. files.Select(file => WordSimilarity.Load(Path.Combine(folder, file)))];
WordAnalogies analogies = WordAnalogies.Load(Path.Combine(folder, "questions-words.txt"));
using WordCorpus corpus = WordCorpus.FromFile(args[0], new WordCorpusOptions { MinCount = 5 });
WordVocabulary words = corpus.Vocabulary;
int[] entries = new int[corpus.Length];
for (int i = 0; i < entries.Length; i += Piece)
    corpus.Read(i, entries.AsSpan(i, Math.Min(Piece, entries.Length - i)));

foreach (string argument in args[5..])
{
    ulong seed = ulong.Parse(argument, CultureInfo.InvariantCulture);
    Word2VecModel model = new(words, new Word2VecOptions
    {
        Dimensions = Dimensions,
        Window = window,
        Negatives = negatives,
        Epochs = Epochs,
        Seed = seed,
    });
    if (mode == "model")
        model.Train(corpus);

    float[][] input = [.. Enumerable.Range(0, words.Count).Select(word =>
    {
        float[] row = new float[Dimensions];
        model.CopyVector(word, row);
        return row;
    })];
    if (mode != "model")
        Train(input, seed);

    WordVectors vectors = new([.. words.Words], [.. input.SelectMany(row => row)], Dimensions);
    double[] scores = [.. similarity.Select(pairs => pairs.Evaluate(vectors, ignoreCase: true).Spearman),
        analogies.Evaluate(vectors, new WordAnalogiesOptions { Restrict = 30_000, IgnoreCase = true }).Total.Accuracy];
    Console.WriteLine($"{Path.GetFileName(args[0])},{mode},{window},{negatives},{seed},"
        + string.Join(',', scores.Select(score => score.ToString("F4", CultureInfo.InvariantCulture))));
}

void Train(float[][] input, ulong seed)
{
    float[][] output = [.. words.Words.Select(_ => new float[Dimensions])];
    double threshold = 1e-3 * words.TotalCount;
    double[] keep = [.. words.Counts.ToArray().Select(n => Math.Min(1, Math.Sqrt(threshold / n) + (threshold / n)))];
    AliasTable noise = AliasTable.Unigram(words.Counts);
    Philox drawn = new(seed, stream: 77);
    float[] step = new float[Dimensions];
    int[] targets = new int[negatives + 1], kept = new int[Piece], starts = new int[Piece];
    for (int epoch = 0; epoch < Epochs; epoch++)
    {
        for (int begin = 0; begin < entries.Length; begin += Piece)
        {
            float rate = Math.Max(LeastRate, FirstRate * (1 - ((epoch + ((float)begin / entries.Length)) / Epochs)));

            // As WindowPiece draws.
            ulong stream = (1UL << 32) + (4 * (ulong)epoch);
            Philox keeping = new(seed, stream) { Position = (ulong)begin };
            int count = 0, start = 0;
            for (int i = begin; i < Math.Min(entries.Length, begin + Piece); i++)
            {
                uint random = keeping.NextUInt32();
                if (entries[i] < 0)
                {
                    start = count;
                }
                else if (random <= (uint)(keep[entries[i]] * uint.MaxValue))
                {
                    kept[count] = entries[i];
                    starts[count++] = start;
                }
            }

            for (int place = 0; place < count; place++)
            {
                int randomWords = (1 + (2 * negatives) + 3) / 4 * 4;
                Philox reaching = new(seed, stream + 1) { Position = (ulong)(begin + place) * (ulong)randomWords };
                int reach = 1 + (int)(((ulong)reaching.NextUInt32() * (uint)window) >> 32);
                int first = Math.Max(starts[place], place - reach), last = Math.Min(count, place + reach + 1);
                bool isDrawn = false;
                for (int c = first; c < last && starts[c] == starts[place]; c++)
                {
                    if (c == place)
                        continue;

                    if (!isDrawn || mode == "own")
                        Draw(kept[place]);

                    isDrawn = true;
                    float[] x = input[kept[c]];
                    Array.Clear(step);
                    for (int j = 0; j < targets.Length; j++)
                    {
                        float[] w = output[targets[j]];
                        float y = j == 0 ? 1 : -1;
                        float factor = rate * y / (1 + MathF.Exp(y * TensorPrimitives.Dot<float>(x, w)));
                        TensorPrimitives.MultiplyAdd(w, factor, step, step);
                        TensorPrimitives.MultiplyAdd(x, factor, w, w);
                    }

                    TensorPrimitives.Add(x, step, x);
                }
            }
        }
    }

    void Draw(int centre)
    {
        targets[0] = centre;
        for (int k = 1; k < targets.Length; k++)
        {
            do
                targets[k] = noise.Sample(ref drawn);
            while (targets[k] == centre);
        }
    }
}
