using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using CsCheck;
using Rnn.Models.Text.Phrases;
using Rnn.Models.Text.Words;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Text;

public sealed class PhraseModelTests : IDisposable
{
    private static readonly WordCorpusOptions s_all = new() { MinCount = 1 };

    // a, b, c and d are content; x and y connect.
    private static readonly Gen<string[][]> GenSentences =
        Gen.Char["abcdxy"].Select(letter => letter.ToString()).Array[0, 12].Array[1, 12]
            .Where(sentences => sentences.Any(sentence => sentence.Length > 0));

    private const string Head = "first\tbetween\tsecond\tphrase\tcount\tscore";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // 10 words: a 4, b 3, c 2, d 1. ab follow each other 3 times, bc twice, ca once, da once.
    private const string Text = "a b c a b\nd a b c\na";

    [Fact]
    public void ScoresByHand()
    {
        PhraseOptions options = new() { MinCount = 1, Threshold = -100 };
        using WordCorpus corpus = WordCorpus.FromText(Text, s_all);
        Same([("a_b", 3, (3 - 1) * 10.0 / (4 * 3)), ("b_c", 2, (2 - 1) * 10.0 / (3 * 2)), ("c_a", 1, 0), ("d_a", 1, 0)],
            PhraseModel.Learn(corpus, options));
        Same([("a_b", 3, (3 - 1) * 4.0 / (4 * 3)), ("b_c", 2, (2 - 1) * 4.0 / (3 * 2)), ("c_a", 1, 0), ("d_a", 1, 0)],
            PhraseModel.Learn(corpus, options with { Scoring = PhraseScoring.VocabularySize }));
        // ln(0.3 / (0.4 * 0.3)) / -ln 0.3 = 0.916291 / 1.203973, and so on.
        Same([("a_b", 3, 0.916291 / 1.203973), ("b_c", 2, 1.203973 / 1.609438), ("d_a", 1, 0.916291 / 2.302585),
            ("c_a", 1, 0.223144 / 2.302585)],
            PhraseModel.Learn(corpus, options with { Scoring = PhraseScoring.Npmi, Threshold = -1 }));
    }

    [Fact]
    public void OnlyFrequentPairsAboveTheThresholdArePhrases()
    {
        using WordCorpus corpus = WordCorpus.FromText(Text, s_all);
        PhraseOptions options = new() { MinCount = 1, Threshold = 1.6 };
        Assert.Equal(["a_b", "b_c"], Names(PhraseModel.Learn(corpus, options)));
        Assert.Equal(["a_b", "b_c"], Names(PhraseModel.Learn(corpus, options with { Threshold = 0 })));   // not equal
        Assert.Empty(PhraseModel.Learn(corpus, options with { Threshold = 1.7 }).Phrases);
        Assert.Empty(PhraseModel.Learn(corpus).Phrases);
        Assert.Equal(["a+b"], Names(PhraseModel.Learn(corpus, options with
        {
            MinCount = 3,
            Threshold = -1,
            Delimiter = "+",
        })));
    }

    [Fact]
    public void ApplyJoinsFromLeftToRight()
    {
        using WordCorpus corpus = WordCorpus.FromText(Text, s_all);
        PhraseModel model = PhraseModel.Learn(corpus, new PhraseOptions { MinCount = 1, Threshold = 1 });
        Assert.Equal(["a_b", "c", "a_b"], model.Apply(["a", "b", "c", "a", "b"]));   // b_c comes too late
        Assert.Equal(["b_c", "new", "a", "new", "a_b"], model.Apply(["b", "c", "new", "a", "new", "a", "b"]));
        Assert.Empty(model.Apply([]));

        using WordCorpus joined = model.Apply(corpus, s_all);
        Assert.Equal(["a_b", "c", "a", "d"], joined.Vocabulary.Words);
        Assert.Equal([3, 2, 1, 1], joined.Vocabulary.Counts.ToArray());
        Assert.Equal([0, 1, 0, -1, 3, 0, 1, -1, 2, -1], Entries(joined));
        Assert.Equal((10, 7, 3), (joined.RawWords, joined.KnownWords, joined.Sentences));

        using WordCorpus frequent = model.Apply(corpus, new WordCorpusOptions
        {
            MinCount = 2,
            Cache = CorpusCache.TemporaryFile,
            TemporaryFolder = _folder.Path,
        });
        Assert.Equal([0, 1, 0, -1, 0, 1, -1], Entries(frequent));
        Assert.Contains("minimum count 5; the most frequent word 'a_b' has count 3",
            Assert.Throws<InvalidDataException>(() => model.Apply(corpus)).Message);
    }

    [Fact]
    public void TwiceGivesLongerPhrases()
    {
        string text = string.Concat(Enumerable.Range(0, 50).Select(i => $"in new york city {i} we {i + 1} walk {i}\n"));
        using WordCorpus corpus = WordCorpus.FromText(text, s_all);
        PhraseOptions options = new() { Scoring = PhraseScoring.Npmi, Threshold = 0.9 };
        PhraseModel model = PhraseModel.Learn(corpus, options);
        using WordCorpus joined = model.Apply(corpus, s_all);
        PhraseModel again = PhraseModel.Learn(joined, options);
        Assert.Equal(["in_new_york_city"], Names(again));
        Assert.Equal(["in_new_york_city", "is"], again.Apply(model.Apply(["in", "new", "york", "city", "is"])));
    }

    [Fact]
    public void APhraseThatIsAWordAlreadyIsThatWord()
    {
        using WordCorpus corpus = WordCorpus.FromText("a b a_b a b c", s_all);
        PhraseModel model = PhraseModel.Learn(corpus, new PhraseOptions { MinCount = 1, Threshold = 0.5 });
        using WordCorpus joined = model.Apply(corpus, s_all);
        Assert.Equal(["a_b", "c"], joined.Vocabulary.Words);
        Assert.Equal([0, 0, 0, 1, -1], Entries(joined));
    }

    [Fact]
    public void ConnectorsStandInTheMiddle()
    {
        using WordCorpus corpus = WordCorpus.FromText(
            "state of affairs\nof state of affairs of\nstate affairs of the of the state\nstate of the union", s_all);
        PhraseModel model = PhraseModel.Learn(corpus, new PhraseOptions
        {
            MinCount = 1,
            Threshold = -1,
            Connectors = PhraseOptions.EnglishConnectors,
        });
        Assert.Equal(["state_affairs", "state_of_affairs", "state_of_the_union"],
            Names(model).Order(StringComparer.Ordinal));
        Assert.Equal(("state", "of the", "union", 1), model.Phrases.Where(phrase => phrase.Second == "union")
            .Select(phrase => (phrase.First, phrase.Between, phrase.Second, phrase.Count)).Single());
        // n(state of affairs) = 2, n(state) = 5, n(affairs) = 3, N = 19.
        Assert.Equal((2 - 1) * 19.0 / (5 * 3), model.Phrases[0].Score, 1e-12);
        Assert.Equal(["of", "state_of_affairs", "of", "state", "the", "affairs", "state_of_the_union", "of"],
            model.Apply("of state of affairs of state the affairs state of the union of".Split(' ')));
    }

    // The rule in words: at each place, the longest run word, connectors (at most 3), word; counted, looked up, joined.
    [Fact]
    public void LearningAndJoiningAreThoseOfAnOracle() =>
        Gen.Select(GenSentences, Gen.Int[0, 2]).Sample(AsAnOracle, iter: 500);

    private static void AsAnOracle(string[][] sentences, int number)
    {
        string[] connectors = new[] { "x", "y" }[..number];
        PhraseOptions options = new() { MinCount = 2, Threshold = 0, Connectors = connectors };
        using WordCorpus corpus = WordCorpus.FromSentences(sentences, s_all);
        PhraseModel model = PhraseModel.Learn(corpus, options);

        Dictionary<string, int> expected = [];
        foreach (string[] sentence in sentences)
        {
            for (int i = 0; i < sentence.Length; i++)
            {
                if (Run(sentence, i, connectors) is { } run)
                    expected[run] = expected.GetValueOrDefault(run) + 1;
            }
        }

        HashSet<string> names = [.. expected.Where(pair => pair.Value > 2).Select(pair => pair.Key)];   // score above 0
        Assert.Equal(names.Order(StringComparer.Ordinal), Names(model).Order(StringComparer.Ordinal));
        Assert.All(model.Phrases, phrase => Assert.Equal(expected[phrase.Joined], phrase.Count));

        string[][] joined = [.. sentences.Select(sentence => Join(sentence, names, connectors))];
        Assert.Equal(joined, sentences.Select(model.Apply));
        using WordCorpus actual = model.Apply(corpus, s_all);
        WordOracle oracle = new(joined, s_all);
        Assert.Equal(oracle.Vocabulary!.Words, actual.Vocabulary.Words);
        Assert.Equal(oracle.Vocabulary.Counts.ToArray(), actual.Vocabulary.Counts.ToArray());
        Assert.Equal(oracle.Entries, Entries(actual));
    }

    [Fact]
    public void SavedAndLoadedItIsTheSame()
    {
        using WordCorpus corpus = WordCorpus.FromText("r\u00e9publique of x of\nr\u00e9publique of x y\na b a b",
            s_all);
        PhraseModel model = PhraseModel.Learn(corpus, new PhraseOptions
        {
            MinCount = 1,
            Threshold = -1,
            Connectors = ["of"],
            Scoring = PhraseScoring.Npmi,
        });
        string path = Path.Combine(_folder.Path, "phrases.tsv");
        model.Save(path);
        PhraseModel loaded = PhraseModel.Load(path);
        Assert.Equal(model.Phrases, loaded.Phrases);
        Assert.Equal(["r\u00e9publique_of_x", "of"], loaded.Apply(["r\u00e9publique", "of", "x", "of"]));
        string[] lines = File.ReadAllLines(path);
        Assert.Equal(Head, lines[0]);
        Assert.Contains("a\t\tb\ta_b\t2\t", string.Join('\n', lines));
        Assert.Equal([path], _folder.Files());
    }

    [Theory]
    [InlineData("", "line 1: expected the head")]
    [InlineData("@ and more", "line 1: expected the head")]
    [InlineData("@\na\tb", "line 2: expected 6 columns with tabs between, found 2")]
    [InlineData("@\na\t\tb\ta_b\t1\t2\na\t\tb\t\t1\t2", "line 3: expected a first")]
    [InlineData("@\na\t\tb\ta_b\t-1\t2", "line 2: expected a count, found '-1'")]
    [InlineData("@\na\t\tb\ta_b\t1\tNaN", "line 2: expected a score, found 'NaN'")]
    [InlineData("@\n\u00e9", "expected UTF-8")]
    public void OtherFilesAreRefused(string text, string expected)
    {
        string path = _folder.Write("phrases.tsv", Encoding.Latin1.GetBytes(text.Replace("@", Head)));
        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => PhraseModel.Load(path)).Message);
    }

    [Fact]
    public void BadInputIsRefused()
    {
        using WordCorpus corpus = WordCorpus.FromText("a b a b", s_all);
        Assert.Contains("Threshold is 10; expected -1 to 1", Assert.Throws<ArgumentOutOfRangeException>(() =>
            PhraseModel.Learn(corpus, new PhraseOptions { Scoring = PhraseScoring.Npmi, Threshold = 10 })).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new PhraseOptions { MinCount = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PhraseOptions { Threshold = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PhraseOptions { MaxPairs = 0 });
        Assert.Throws<ArgumentException>(() => new PhraseOptions { Delimiter = " " });
        Assert.Throws<ArgumentException>(() => new PhraseOptions { Connectors = ["of the"] });
        Assert.Throws<ArgumentException>(() => new PhraseOptions { Connectors = new string[1001] });
        Assert.Throws<FileNotFoundException>(() => PhraseModel.Load(Path.Combine(_folder.Path, "none")));
        Assert.Throws<InvalidDataException>(() => PhraseModel.Load(_folder.Path));

        using WordCorpus tabs = WordCorpus.FromSentences([["a\t", "b"]], s_all);
        PhraseModel model = PhraseModel.Learn(tabs, new PhraseOptions { MinCount = 1, Threshold = -1 });
        Assert.Contains("holds a tab", Assert.Throws<InvalidDataException>(
            () => model.Save(Path.Combine(_folder.Path, "tabs.tsv"))).Message);
        Assert.Empty(_folder.Files());
    }

    [Fact]
    public void RarePairsAreForgottenBeyondTheLimit()
    {
        IEnumerable<string[]> sentences = Enumerable.Range(0, 50_000).Select(i => new[] { "a", "b", $"c{i % 20011}" });
        using WordCorpus corpus = WordCorpus.FromSentences(sentences, s_all);
        PhraseOptions options = new() { MinCount = 1, Threshold = 0 };
        PhraseModel bounded = PhraseModel.Learn(corpus, options with { MaxPairs = 500 });
        Phrase frequent = bounded.Phrases.Single(phrase => phrase.Joined == "a_b");
        Assert.Equal(50_000, frequent.Count);
        Assert.InRange(bounded.Phrases.Count, 1, 500);
        Assert.InRange(bounded.PrunedCount, 1, 3);
        Assert.Equal(0, PhraseModel.Learn(corpus, options).PrunedCount);
    }

    private static string? Run(string[] sentence, int at, string[] connectors)
    {
        if (connectors.Contains(sentence[at]))
            return null;
        int end = at + 1;
        while (end < sentence.Length && connectors.Contains(sentence[end]))
            end++;
        return end < sentence.Length && end - at <= 4 ? string.Join('_', sentence[at..(end + 1)]) : null;
    }

    private static string[] Join(string[] sentence, HashSet<string> names, string[] connectors)
    {
        List<string> joined = [];
        for (int i = 0; i < sentence.Length; i++)
        {
            string? run = Run(sentence, i, connectors);
            bool isPhrase = run is not null && names.Contains(run);
            joined.Add(isPhrase ? run! : sentence[i]);
            i += isPhrase ? run!.Count(c => c == '_') : 0;
        }

        return [.. joined];
    }

    private static void Same((string Name, long Count, double Score)[] expected, PhraseModel actual)
    {
        Assert.Equal(expected.Select(phrase => (phrase.Name, phrase.Count)),
            actual.Phrases.Select(phrase => (phrase.Joined, phrase.Count)));
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i].Score, actual.Phrases[i].Score, 1e-6);
    }

    private static IEnumerable<string> Names(PhraseModel model) => model.Phrases.Select(phrase => phrase.Joined);

    private static int[] Entries(WordCorpus corpus)
    {
        int[] entries = new int[corpus.Length];
        corpus.Read(0, entries);
        return entries;
    }
}
