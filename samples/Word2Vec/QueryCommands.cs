using System;
using System.CommandLine;
using Rnn.Models.Embeddings;
using Rnn.Models.Embeddings.Projection;
using Rnn.Samples.Common;
using static Rnn.Samples.Common.NumberOptions;

namespace Rnn.Samples.Word2Vec;

/// <summary>The commands that ask finished vectors.</summary>
internal sealed record QueryCommands(Func<NeighboursArguments, int> Neighbours, Func<AnalogyArguments, int> Analogy,
    Func<EvaluateArguments, int> Evaluate, Func<ProjectArguments, int> Project)
{
    private readonly Option<string?> _vectors = new("--vectors")
    {
        Description = "A model or word vectors: .safetensors of ours, word2vec's binary or text, GloVe's; "
            + $"or a folder of a training run [default: the newest in {CommandLine.DefaultOut}].",
        HelpName = "FILE",
    };

    private readonly Option<int?> _limit = Whole("--limit", "Reads the first so many words; 0 is all [default: 0].", 0);

    private readonly Option<bool> _tolerant = new("--tolerant")
    {
        Description = "Skips rows of a file that are no word and its numbers, and counts them.",
    };

    private readonly Option<int?> _count = Whole("--count", "How many words to show [default: 10].", 1);

    private readonly Option<string?> _method = Choice("--method",
        "Adds cosines (3CosAdd), or multiplies them (3CosMul) [default: add].", "add", "mul");

    public void AddTo(RootCommand root)
    {
        root.Add(NeighboursCommand());
        root.Add(AnalogyCommand());
        root.Add(EvaluateCommand());
        root.Add(ProjectCommand());
    }

    /// <summary>Below the options of a command's help.</summary>
    public static string Examples(Command command) => command.Name switch
    {
        "neighbours" => SampleCommand.Examples(
            ("neighbours dog", "by the vectors of the newest run"),
            ("neighbours dog lisbon --count 5 --vectors out/word2vec", "by those of a run")),
        "analogy" => SampleCommand.Examples(
            ("analogy dog cat tea", "dog is to cat as tea is to what?"),
            ("analogy dog cat tea --method mul --count 3", "")),
        "evaluate" => SampleCommand.Examples(
            ("evaluate --similarity wordsim353.txt men.txt --analogies questions-words.txt", "")),
        _ => SampleCommand.Examples(
            ("project --words 50 --iterations 200", "pictures of the newest run's words"),
            ("project --words 500 --vectors glove.6B.100d.txt", "")),
    };

    private Command NeighboursCommand()
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
        command.SetAction(parsed => Neighbours(new NeighboursArguments(Vectors(parsed), parsed.GetValue(words)!,
            parsed.GetValue(_count) ?? 10)));
        return command;
    }

    private Command AnalogyCommand()
    {
        Argument<string> a = new("A") { Description = "A is to B, for example man ..." };
        Argument<string> b = new("B") { Description = "... is to woman ..." };
        Argument<string> c = new("C") { Description = "... as king to what?" };
        Command command = new("analogy", "Answers: A is to B as C is to what?")
        {
            a, b, c, _count, _method, _vectors, _limit, _tolerant,
        };
        command.SetAction(parsed => Analogy(new AnalogyArguments(Vectors(parsed), parsed.GetValue(a)!,
            parsed.GetValue(b)!, parsed.GetValue(c)!, parsed.GetValue(_count) ?? 10, Method(parsed))));
        return command;
    }

    private Command EvaluateCommand()
    {
        Option<string[]> similarity = new("--similarity")
        {
            Description = "Files of two words and a human score a line (WordSim-353, MEN, SimLex-999).",
            HelpName = "FILE",
            AllowMultipleArgumentsPerToken = true,
        };
        Option<string?> analogies = new("--analogies")
        {
            Description = "A file of four words a line, in sections (questions-words.txt).",
            HelpName = "FILE",
        };
        Option<int?> restrict = Whole("--restrict",
            "Analogies among the first so many words only; 0 is all [default: 30000].", 0);
        Option<bool> caseSensitive = new("--case-sensitive") { Description = "Paris is not found as paris." };
        Command command = new("evaluate", "Measures vectors against what people said.")
        {
            similarity, analogies, restrict, caseSensitive, _method, _vectors, _limit, _tolerant,
        };
        command.AddCheck(parsed => parsed.GetValue(similarity) is null or [] && parsed.GetValue(analogies) is null
            ? "Give --similarity or --analogies, or both."
            : null);
        command.SetAction(parsed => Evaluate(new EvaluateArguments(Vectors(parsed), parsed.GetValue(similarity) ?? [],
            parsed.GetValue(analogies), parsed.GetValue(restrict) ?? 30_000, !parsed.GetValue(caseSensitive),
            Method(parsed))));
        return command;
    }

    private Command ProjectCommand()
    {
        Option<int?> words = Whole("--words", "The first so many words [default: 300].", 4, TSne.MaxPoints);
        Option<double?> perplexity = Number("--perplexity",
            "Of t-SNE: about how many neighbours a word is to have [default: 30, or a third of the words].", 1, 1e4);
        Option<int?> iterations = Whole("--iterations", "Of t-SNE [default: 1000].", 1);
        Option<string?> output = new("--out")
        {
            Description = "The folder for pca.png, tsne.png, vectors.tsv, metadata.tsv "
                + $"[default: the newest in {CommandLine.DefaultOut}].",
            HelpName = "DIR",
        };
        Command command = new("project", "Draws words in the plane, and writes the embedding projector's files.")
        {
            words, perplexity, iterations, output, _vectors, _limit, _tolerant,
        };
        command.SetAction(parsed => Project(new ProjectArguments(Vectors(parsed), parsed.GetValue(words) ?? 300,
            parsed.GetValue(perplexity), parsed.GetValue(iterations) ?? 1000, parsed.GetValue(output) ?? WordFiles.Newest())));
        return command;
    }

    private VectorOptions Vectors(ParseResult parsed)
    {
        CommandLine.SetThreads(parsed);
        return new VectorOptions(parsed.GetValue(_vectors) ?? WordFiles.Newest(), parsed.GetValue(_limit) ?? 0,
            parsed.GetValue(_tolerant));
    }

    private AnalogyMethod Method(ParseResult parsed) =>
        parsed.GetValue(_method) == "mul" ? AnalogyMethod.CosMul : AnalogyMethod.CosAdd;
}
