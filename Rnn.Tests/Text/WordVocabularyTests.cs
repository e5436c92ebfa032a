using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using CsCheck;
using Rnn.Models.Text.Words;
using Xunit;

namespace Rnn.Tests.Text;

public class WordVocabularyTests
{
    private static readonly Gen<KeyValuePair<string, long>[]> GenCounts = Gen.Select(
        Gen.String[Gen.Char["abcAB\u00e9"], 1, 3], Gen.Long[0, 6], KeyValuePair.Create).Array[1, 60];

    [Fact]
    public void TheMostFrequentComesFirstAndTiesAreOrdinal()
    {
        WordVocabulary vocabulary = WordVocabulary.FromCounts(
            Counts(("b", 2), ("a", 2), ("B", 2), ("the", 9), ("x", 1)));
        Assert.Equal(["the", "B", "a", "b", "x"], vocabulary.Words);
        Assert.Equal([9, 2, 2, 2, 1], vocabulary.Counts.ToArray());
        Assert.Equal(16, vocabulary.TotalCount);
        Assert.Equal("B", vocabulary[1]);
    }

    [Fact]
    public void CountsAndLimitsAreThoseOfLinq() => Gen.Select(GenCounts, Gen.Long[0, 3], Gen.Int[0, 4]).Sample(
        (counts, minCount, maxWords) =>
        {
            (string Word, long Count)[] expected = [.. counts.GroupBy(pair => pair.Key)
                .Select(group => (Word: group.Key, Count: group.Sum(pair => pair.Value)))
                .Where(pair => pair.Count >= minCount)
                .OrderByDescending(pair => pair.Count).ThenBy(pair => pair.Word, StringComparer.Ordinal)
                .Take(maxWords == 0 ? int.MaxValue : maxWords)];
            if (expected.Length == 0)
            {
                Assert.Throws<InvalidDataException>(() => WordVocabulary.FromCounts(counts, minCount, maxWords));
                return;
            }

            WordVocabulary actual = WordVocabulary.FromCounts(counts, minCount, maxWords);
            Assert.Equal(expected.Select(pair => pair.Word), actual.Words);
            Assert.Equal(expected.Select(pair => pair.Count), actual.Counts.ToArray());
            Assert.Equal(expected.Sum(pair => pair.Count), actual.TotalCount);
            for (int i = 0; i < actual.Count; i++)
            {
                Assert.True(actual.TryGetIndex(actual[i], out int index) && index == i);
                Assert.True(actual.TryGetIndex(actual[i].AsSpan(), out index) && index == i);
                Assert.True(actual.TryGetIndex(Encoding.UTF8.GetBytes(actual[i]), out index) && index == i);
            }

            WordVocabulary loaded = WordVocabulary.FromWords(actual.Words, actual.Counts);
            Assert.Equal(actual.Words, loaded.Words);
            Assert.Equal(actual.Counts.ToArray(), loaded.Counts.ToArray());
        });

    [Fact]
    public void UnknownWordsAreNotFound()
    {
        WordVocabulary vocabulary = WordVocabulary.FromCounts(Counts(("a", 1), ("b", 2)));
        Assert.False(vocabulary.TryGetIndex("c", out int index));
        Assert.Equal(0, index);
        Assert.False(vocabulary.TryGetIndex("A".AsSpan(), out _));
        Assert.False(vocabulary.TryGetIndex(""u8, out _));
        Assert.False(vocabulary.TryGetIndex(Encoding.UTF8.GetBytes(new string('x', 5000)), out _));
        Assert.False(vocabulary.TryGetIndex([0xFF], out _));
    }

    [Fact]
    public void FromWordsKeepsTheOrder() =>
        Assert.Equal(["b", "a"], WordVocabulary.FromWords(["b", "a"], [1, 2]).Words);

    [Fact]
    public void NothingLeftIsExplained()
    {
        string message = Assert.Throws<InvalidDataException>(
            () => WordVocabulary.FromCounts(Counts(("a", 3), ("b", 4), ("Z", 4)), minCount: 5)).Message;
        Assert.Contains("No word reaches the minimum count 5; the most frequent word 'Z' has count 4.", message);
        Assert.Contains("Lower the minimum count", message);
        Assert.Contains("counts has no word",
            Assert.Throws<InvalidDataException>(() => WordVocabulary.FromCounts([])).Message);
        Assert.Contains("words has no word",
            Assert.Throws<InvalidDataException>(() => WordVocabulary.FromWords([], [])).Message);
    }

    [Fact]
    public void BadInputIsRefused()
    {
        Assert.Contains("'a' at 0 and again at 2",
            Assert.Throws<ArgumentException>(() => WordVocabulary.FromWords(["a", "b", "a"], [1, 1, 1])).Message);
        Assert.Contains("word 1 is null or empty",
            Assert.Throws<ArgumentException>(() => WordVocabulary.FromWords(["a", ""], [1, 1])).Message);
        Assert.Contains("word 0 is null or empty",
            Assert.Throws<ArgumentException>(() => WordVocabulary.FromCounts(Counts(("", 1)))).Message);
        Assert.Contains("counts has 1 elements, expected 2",
            Assert.Throws<ArgumentException>(() => WordVocabulary.FromWords(["a", "b"], [1])).Message);
        Assert.Contains("the count of 'a' is -1",
            Assert.Throws<ArgumentOutOfRangeException>(() => WordVocabulary.FromWords(["a"], [-1])).Message);
        Assert.Contains("the count of 'a' is -1",
            Assert.Throws<ArgumentOutOfRangeException>(() => WordVocabulary.FromCounts(Counts(("a", -1)))).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => WordVocabulary.FromCounts(Counts(("a", 1)), minCount: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => WordVocabulary.FromCounts(Counts(("a", 1)), maxWords: -1));
        Assert.Throws<ArgumentNullException>(() => WordVocabulary.FromCounts(null!));
        Assert.Throws<ArgumentNullException>(() => WordVocabulary.FromWords(null!, []));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(-1)]
    public void IndexOutsideIsRefused(int index) => Assert.Contains($"index is {index}, expected 0 to 1",
        Assert.Throws<ArgumentOutOfRangeException>(
            () => WordVocabulary.FromWords(["a", "b"], [1, 1])[index]).Message);

    private static IEnumerable<KeyValuePair<string, long>> Counts(params (string Word, long Count)[] counts) =>
        counts.Select(pair => KeyValuePair.Create(pair.Word, pair.Count));
}
