using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Corpora;

/// <summary>
/// English-like sentences whose word classes are known: some 270 words in 21 classes (animals, cities, colours, verbs
/// of motion, ...), and function words. In a sentence any word of a class could stand for any other, so that word
/// vectors learned from them should have words of one class as neighbours; <see cref="Purity"/> says how well they do.
/// Classes share contexts (cities and countries, food and drink), and in one sentence of five any word of any class may
/// stand, so that a few neighbouring words don't decide.
/// </summary>
public static partial class WordClassCorpus
{
    private const int BatchCharacters = 1 << 14;

    private static readonly ProbabilisticGrammar s_grammar = ProbabilisticGrammar.Parse(Rules + "\n" + WordLists);

    /// <summary>The words of each class, the most frequent first: word r (from 0) has the weight 1 / (r + 8).</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Classes { get; } = WordLists
        .Split("words ", StringSplitOptions.RemoveEmptyEntries)
        .Select(list => list.Split((char[])[' ', ':', '\n'], StringSplitOptions.RemoveEmptyEntries))
        .ToDictionary(list => list[0], list => (IReadOnlyList<string>)list[1..]);

    /// <summary>The class of each content word; function words have none.</summary>
    public static IReadOnlyDictionary<string, string> ClassOf { get; } = Classes
        .SelectMany(one => one.Value.Select(word => (Word: word, Class: one.Key)))
        .ToDictionary(pair => pair.Word, pair => pair.Class);

    /// <summary>The <see cref="Purity"/> to expect of neighbours drawn at random.</summary>
    public static double ChancePurity { get; } =
        Classes.Values.Sum(words => words.Count * (words.Count - 1.0)) / ClassOf.Count / (ClassOf.Count - 1);

    /// <summary>
    /// Independent sentences of 4 to 12 words, lower-case, without punctuation; made as they are asked for. The same
    /// seed gives the same sentences on any machine, however many are asked for.
    /// </summary>
    /// <param name="seed">Which text.</param>
    /// <param name="sentences">How many, 0 or more; 135,000 have about a million words.</param>
    /// <param name="stream">Which independent text under that seed.</param>
    /// <exception cref="ArgumentOutOfRangeException">sentences is negative.</exception>
    public static IEnumerable<string[]> Generate(ulong seed, long sentences, ulong stream = 0)
    {
        Throw.IfBelow(nameof(sentences), sentences, 0);
        return Sentences(new Philox(seed, stream), sentences);
    }

    /// <summary>
    /// How well neighbours recover the classes: the share, among the nearest content words of each content word, of
    /// those of its own class; the mean over all content words. 1 is perfect, <see cref="ChancePurity"/> is nothing.
    /// </summary>
    /// <param name="neighboursOf">
    /// Other words, the nearest first, for a content word. Function words among them are passed over, so give enough of
    /// them; what is missing of the number that is looked at counts as wrong.
    /// </param>
    /// <param name="neighbours">How many content words are looked at, 1 to 11: the least class has 12.</param>
    /// <returns>0 to 1.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="neighboursOf"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="neighbours"/> is outside 1 to 11.</exception>
    public static double Purity(Func<string, IEnumerable<string>> neighboursOf, int neighbours = 5)
    {
        ArgumentNullException.ThrowIfNull(neighboursOf);
        int most = Classes.Values.Min(words => words.Count) - 1;
        if (neighbours < 1 || neighbours > most)
            Throw.Outside(nameof(neighbours), neighbours, $"1 to {most}");

        long same = 0;
        foreach ((string word, string own) in ClassOf)
        {
            same += neighboursOf(word).Where(other => other != word && ClassOf.ContainsKey(other)).Take(neighbours)
                .Count(other => ClassOf[other] == own);
        }

        return (double)same / neighbours / ClassOf.Count;
    }

    private static IEnumerable<string[]> Sentences(Philox random, long count)
    {
        while (count > 0)
        {
            string text = s_grammar.Generate(ref random, BatchCharacters).Text;
            for (int start = 0; start < text.Length && count > 0; count--)
            {
                int end = text.IndexOf('\n', start);
                yield return text[start..end].Split(' ');
                start = end + 1;
            }
        }
    }
}
