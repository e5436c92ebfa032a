using System;
using System.Collections.Generic;
using System.Linq;
using CsCheck;
using Rnn.Models.Text.Parallel;
using Xunit;

namespace Rnn.Tests.Text.Parallel;

public class BytePairEncodingTests
{
    private static readonly Gen<string> s_word = Gen.Char["ab@c"].Array[1, 9].Select(chars => new string(chars));

    [Fact]
    public void TheFrequentPairsAreJoinedFirst()
    {
        // Of the paper: low 5, lower 2, newest 6, widest 3. Here a last character is another than the same one within.
        Dictionary<string, long> counts = new() { ["low"] = 5, ["lower"] = 2, ["newest"] = 6, ["widest"] = 3 };
        BytePairEncoding encoding = BytePairEncoding.Train(counts, 4);
        Assert.Equal("[\"e@@\",\"s@@\",\"es@@\",\"t\",\"l@@\",\"o@@\",\"e@@\",\"w@@\"]", encoding.Symbols);
        Assert.Equal(["lo@@", "w@@", "est"], encoding.Encode("lowest"));
        Assert.Equal(4, encoding.Count);
    }

    [Fact]
    public void PiecesJoinedAreTheWord() =>
        Gen.Select(s_word.Array[1, 30], Gen.Int[1, 40], Gen.String[1, 12]).Sample((words, merges, other) =>
        {
            BytePairEncoding encoding = BytePairEncoding.Train(words, merges);
            string whole = string.Concat(other.EnumerateRunes());
            List<string> all = [.. words.Append(whole).SelectMany(encoding.Encode)];
            Assert.Equal(words.Append(whole), BytePairEncoding.Decode(all));
            BytePairEncoding read = BytePairEncoding.FromSymbols(encoding.Symbols);
            Assert.Equal(encoding.Symbols, read.Symbols);
            Assert.Equal(all, words.Append(whole).SelectMany(read.Encode));
            Assert.InRange(encoding.Count, 0, merges);
        });

    /// <summary>The merges are those that counting all pairs anew before each gives.</summary>
    [Fact]
    public void TrainingIsCountingAnewEachTime() => s_word.Array[1, 25].Sample(words =>
    {
        List<(string, string)> merges = [];
        List<List<string>> all = [.. words.Select(word => word.Select((c, i) => i + 1 < word.Length ? $"{c}@@" : $"{c}").ToList())];
        while (merges.Count < 12)
        {
            var pairs =
                from pieces in all
                from i in Enumerable.Range(0, pieces.Count - 1)
                let merged = pieces[i][..^2] + pieces[i + 1]
                where pieces[i + 1].EndsWith("@@", StringComparison.Ordinal) == merged.EndsWith("@@", StringComparison.Ordinal)
                group merged by (Left: pieces[i], Right: pieces[i + 1]) into same
                where same.Count() > 1
                orderby same.Count() descending
                select same;
            var best = pairs.OrderByDescending(pair => pair.Count()).ThenBy(pair => pair.Key.Left, StringComparer.Ordinal)
                .ThenBy(pair => pair.Key.Right, StringComparer.Ordinal).FirstOrDefault();
            if (best is null)
                break;
            if (!merges.Contains(best.Key))
                merges.Add(best.Key);
            foreach (List<string> pieces in all)
            {
                for (int i = 0; i + 1 < pieces.Count; i++)
                {
                    if ((pieces[i], pieces[i + 1]) == best.Key)
                    {
                        pieces[i] = best.First();
                        pieces.RemoveAt(i + 1);
                    }
                }
            }
        }

        string symbols = BytePairEncoding.Train(words, 12).Symbols;
        Assert.Equal($"[{string.Join(',', merges.Select(pair => $"\"{pair.Item1}\",\"{pair.Item2}\""))}]", symbols);
    });

    [Fact]
    public void FrequentWordsBecomeWhole()
    {
        BytePairEncoding encoding = BytePairEncoding.Train(Enumerable.Repeat("maison", 3).Append("rare"), 100);
        Assert.Equal(["maison"], encoding.Encode("maison"));
        Assert.Equal(["r@@", "a@@", "r@@", "e"], encoding.Encode("rare"));
        Assert.Equal(["\U0001F600@@", "\u4E2D"], encoding.Encode("\U0001F600\u4E2D"));
        Assert.Equal(["a", "bc"], BytePairEncoding.Decode(["a", "b@@", "c@@"]));
    }

    [Theory]
    [InlineData("x", "the text is no JSON")]
    [InlineData("{}", "the text is JSON, but no array")]
    [InlineData("[\"a@@\",3]", "element 1 is no string")]
    [InlineData("[\"a@@\"]", "there are 1 pieces; expected a JSON array with two pieces for each merge")]
    [InlineData("[\"a\",\"b\"]", "merge 0 joins no two pieces of a word")]
    [InlineData("[\"a@@\",\"b\",\"@@\",\"b\"]", "merge 1 joins no two pieces of a word")]
    [InlineData("[\"@@@\",\"@\"]", "merge 0 joins no two pieces of a word")]
    [InlineData("[\"a@@\",\"b\",\"a@@\",\"b\"]", "merge 1 is there twice")]
    public void BadSymbolsAreCalledWhatTheyAre(string symbols, string expected) => Assert.Contains(expected,
        Assert.Throws<FormatException>(() => BytePairEncoding.FromSymbols(symbols)).Message);

    [Fact]
    public void MisuseIsRefused()
    {
        Assert.Throws<ArgumentException>(() => BytePairEncoding.Train(Array.Empty<string>(), 1));
        Assert.Throws<ArgumentException>(() => BytePairEncoding.Train(["a", ""], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => BytePairEncoding.Train(["a"], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => BytePairEncoding.Train(new Dictionary<string, long> { ["a"] = -1 }, 1));
        Assert.Throws<ArgumentException>(() => BytePairEncoding.Train(["a"], 1).Encode(""));
    }
}
