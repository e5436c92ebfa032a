using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using Rnn.Core.Tensors;
using Rnn.Models.Embeddings;
using Rnn.Models.Embeddings.Evaluation;
using Rnn.Models.Embeddings.Files;
using Rnn.Models.Embeddings.Projection;
using Rnn.Samples.Common;
using static System.FormattableString;
using static Rnn.Samples.Common.TypedOptions;

namespace Rnn.Samples.Word2Vec;

/// <summary>The commands that ask finished vectors.</summary>
/// <param name="app">How this process was started.</param>
internal sealed class QueryCommands(SampleApp app)
{
    private readonly Option<string?> _vectors = Text("--vectors", "FILE",
        "A model or word vectors: .safetensors of ours, word2vec's binary or text, GloVe's; "
        + $"or a folder of a training run [default: the newest in {WordFiles.DefaultFolder}].");

    private readonly Option<int?> _limit = Whole("--limit", "Reads the first so many words; 0 is all [default: 0].", 0);

    private readonly Option<bool> _tolerant =
        Flag("--tolerant", "Skips rows of a file that are no word and its numbers, and counts them.");

    private readonly Option<int?> _count = Whole("--count", "How many words to show [default: 10].", 1);

    private readonly Option<string?> _method = Choice("--method",
        "Adds cosines (3CosAdd), or multiplies them (3CosMul) [default: add].", "add", "mul");

    public Command[] All() => [Neighbours(), Analogy(), Evaluate(), Project()];

    private Command Neighbours()
    {
        Argument<string[]> words = new("WORD")
        {
            Description = "Words to find the neighbours of.",
            Arity = ArgumentArity.OneOrMore,
        };
        Command command = new("neighbours", "Shows the words with the most similar vectors.")
        {
            words, _count, _vectors, _limit, _tolerant,
        };
        command.AddHelp(() => SampleCommand.Examples(
            ("neighbours dog", "by the vectors of the newest run"),
            ("neighbours dog lisbon --count 5 --vectors out/word2vec", "by those of a run")));
        command.SetAction(parsed =>
        {
            string[] asked = parsed.GetValue(words)!;
            WordVectors vectors = Load(parsed);
            VectorSource.Check(vectors, asked);
            foreach (string word in asked)
                Console.WriteLine(Table(word, "cosine", vectors.MostSimilar(word, parsed.GetValue(_count) ?? 10)));
        });
        return command;
    }

    private Command Analogy()
    {
        Argument<string> a = new("A") { Description = "A is to B, for example man ..." };
        Argument<string> b = new("B") { Description = "... is to woman ..." };
        Argument<string> c = new("C") { Description = "... as king to what?" };
        Command command = new("analogy", "Answers: A is to B as C is to what?")
        {
            a, b, c, _count, _method, _vectors, _limit, _tolerant,
        };
        command.AddHelp(() => SampleCommand.Examples(
            ("analogy dog cat tea", "dog is to cat as tea is to what?"),
            ("analogy dog cat tea --method mul --count 3", "")));
        command.SetAction(parsed =>
        {
            (string from, string to, string other) =
                (parsed.GetValue(a)!, parsed.GetValue(b)!, parsed.GetValue(c)!);
            WordVectors vectors = Load(parsed);
            VectorSource.Check(vectors, from, to, other);
            Console.WriteLine(Table($"{from} : {to} = {other} : ?", "score",
                vectors.Analogy(from, to, other, parsed.GetValue(_count) ?? 10, Method(parsed))));
        });
        return command;
    }

    private Command Evaluate()
    {
        Option<string[]> similarity = new("--similarity")
        {
            Description = "Files of two words and a human score a line (WordSim-353, MEN, SimLex-999).",
            HelpName = "FILE",
            AllowMultipleArgumentsPerToken = true,
        };
        Option<string?> analogies =
            Text("--analogies", "FILE", "A file of four words a line, in sections (questions-words.txt).");
        Option<int?> restrict = Whole("--restrict",
            "Analogies among the first so many words only; 0 is all [default: 30000].", 0);
        Option<bool> caseSensitive = Flag("--case-sensitive", "Paris is not found as paris.");
        Command command = new("evaluate", "Measures vectors against what people said.")
        {
            similarity, analogies, restrict, caseSensitive, _method, _vectors, _limit, _tolerant,
        };
        command.AddHelp(() => SampleCommand.Examples(
            ("evaluate --similarity wordsim353.txt men.txt --analogies questions-words.txt", "")));
        command.AddCheck(parsed => parsed.GetValue(similarity) is null or [] && parsed.GetValue(analogies) is null
            ? "Give --similarity or --analogies, or both."
            : null);
        command.SetAction(parsed =>
        {
            // The files first: a mistake in them should not wait for gigabytes of vectors.
            (string File, WordSimilarity Pairs)[] pairs =
                [.. (parsed.GetValue(similarity) ?? []).Select(file => (file, WordSimilarity.Load(file)))];
            WordAnalogies? questions = parsed.GetValue(analogies) is { } path ? WordAnalogies.Load(path) : null;
            bool ignoreCase = !parsed.GetValue(caseSensitive);
            WordVectors vectors = Load(parsed);
            List<string> tables = [];
            if (pairs.Length > 0)
            {
                tables.Add(EvaluationTables.Similarity(
                    pairs.Select(one => (one.File, one.Pairs.Evaluate(vectors, ignoreCase)))));
            }

            if (questions is not null)
            {
                tables.Add(EvaluationTables.Analogies(questions.Evaluate(vectors, new WordAnalogiesOptions
                {
                    Restrict = parsed.GetValue(restrict) ?? 30_000,
                    IgnoreCase = ignoreCase,
                    Method = Method(parsed),
                })));
            }

            Console.WriteLine(string.Join("\n\n", tables));
        });
        return command;
    }

    private Command Project()
    {
        Option<int?> words = Whole("--words", "The first so many words [default: 300].", 4, TSne.MaxPoints);
        Option<double?> perplexity = TypedOptions.Number("--perplexity",
            "Of t-SNE: about how many neighbours a word is to have [default: 30, or a third of the words].", 1, 1e4);
        Option<int?> iterations = Whole("--iterations", "Of t-SNE [default: 1000].", 1);
        Option<string?> output = Text("--out", "DIR", "The folder for pca.png, tsne.png, vectors.tsv, metadata.tsv "
            + $"[default: the newest in {WordFiles.DefaultFolder}].");
        Command command = new("project", "Draws words in the plane, and writes the embedding projector's files.")
        {
            words, perplexity, iterations, output, _vectors, _limit, _tolerant,
        };
        command.AddHelp(() => SampleCommand.Examples(
            ("project --words 50 --iterations 200", "pictures of the newest run's words"),
            ("project --words 500 --vectors glove.6B.100d.txt", "")));
        command.SetAction(parsed =>
        {
            string folder = parsed.GetValue(output) ?? WordFiles.Newest();
            RunFolder.Make(folder);
            WordVectors vectors = Load(parsed);
            int count = Math.Min(parsed.GetValue(words) ?? 300, vectors.Count);
            Draw(vectors, count, folder, new TSneOptions
            {
                Perplexity = parsed.GetValue(perplexity) ?? Math.Clamp((count - 1) / 3.0, 1, 30),
                Iterations = parsed.GetValue(iterations) ?? 1000,
                Cancellation = app.Interruption.Token,
            });
        });
        return command;
    }

    private static void Draw(WordVectors vectors, int count, string folder, TSneOptions options)
    {
        string[] words = [.. vectors.Words.Take(count)];
        float[] rows = vectors.NormalizedRows(count);

        // Two directions of all the dimensions: true distances, as far as two can show them.
        WordMap pca = WordMap.Pca($"The first {count} words", words, rows);

        // All dimensions, bent into a plane: true neighbours, distances without a meaning.
        TSneResult placed = LiveDisplay.Run(display => TSne.Run(new ReadOnlyMatrixView(rows, count, vectors.Dimensions),
            options, LiveDisplay.On<TSneProgress>(now => display.Show(now.Iteration / (double)now.Iterations, () =>
                Invariant($"t-SNE  step {now.Iteration}/{now.Iterations}  divergence {now.Divergence:F4}")))));
        WordMap tsne = new($"The first {count} words; t-SNE", words, placed.Points);

        foreach ((string name, WordMap map) in new[] { ("pca.png", pca), ("tsne.png", tsne) })
        {
            string path = Path.Combine(folder, name);
            map.Save(path);
            Console.WriteLine($"{path}: {count} words, {map.Labels} with a label");
        }

        string table = Path.Combine(folder, "vectors.tsv"), names = Path.Combine(folder, "metadata.tsv");
        WordVectorsFile.WriteProjector(table, names, vectors, count);
        Console.WriteLine($"For projector.tensorflow.org: {table} and {names}");
    }

    private WordVectors Load(ParseResult parsed) => VectorSource.Load(
        parsed.GetValue(_vectors) ?? WordFiles.Newest(), parsed.GetValue(_limit) ?? 0, parsed.GetValue(_tolerant));

    private AnalogyMethod Method(ParseResult parsed) =>
        parsed.GetValue(_method) == "mul" ? AnalogyMethod.CosMul : AnalogyMethod.CosAdd;

    private static string Table(string heading, string score, IEnumerable<WordNeighbour> words) => TextTable.Format(
    [
        [heading, score],
        .. words.Select(one => new[] { one.Word, Invariant($"{one.Score:F4}") }),
    ]);
}
