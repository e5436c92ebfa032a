using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using Rnn.Models.Text.Words;
using Xunit;

namespace Rnn.Tests.Text;

/// <summary><see cref="WordTokenizer.Words"/>: words without punctuation, of any text in any pieces.</summary>
public partial class WordTokensTests
{
    private static readonly WordCorpusOptions s_words = new() { MinCount = 1, Tokenizer = WordTokenizer.Words };

    // Letters of several scripts, marks, numbers, joiners, stops, white space, punctuation, symbols, lone surrogates.
    private static readonly string[] s_pieces =
    [
        "a", "B", "word", "\u00E9", "e\u0301", "\u03A3", "\u0434", "\u4E2D", "\u0915\u093F", "7", "3.14", "\u0663",
        "\u00BD", "\uD835\uDC00", "\uD83D\uDE00", "'", "\u2019", "-", "\u2010", "\u2011", "\u200C", "\u200D", ".", "!",
        "?", "...", "?!", ".\"", " ", "  ", "\t", "\r\n", "\n", "\u00A0", "\u2003", "\u3000", "\u2028", "\u0085", ",",
        ";", "\"", "\u201C", "(", "[1]", "_", "@", "#", "$", "\u20AC", "\u2014", "--", "\u00AD", "\uFEFF", "\uFFFD",
        "\uD800", "\uDC00", "\0", "\u0001",
    ];

    private static readonly Gen<string> s_text =
        Gen.Int[0, s_pieces.Length - 1].Array[1, 60].Select(at => string.Concat(at.Select(i => s_pieces[i])));

    [Theory]
    [InlineData("The cat, it said, sat.", "The cat it said sat")]
    [InlineData("Don't stop! It\u2019s well-known... Is it?  Yes.", "Don't stop|It\u2019s well-known|Is it|Yes")]
    [InlineData("He said \"No.\" And left", "He said No And left")]
    [InlineData("'quoted' -x- rock-'n'-roll a--b O'", "quoted x rock n roll a b O")]
    [InlineData("3.14 e.g. this", "3 14 e g|this")]
    [InlineData("one\ntwo.\n\nthree", "one|two|three")]
    [InlineData("\u4F60\u597D\u3002 na\u00EFve cafe\u0301 \u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645",
        "\u4F60\u597D na\u00EFve cafe\u0301 \u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645")]
    [InlineData("end.\u00A0Next a_b", "end|Next a b")]
    public void WordsAndSentences(string text, string expected) =>
        Assert.Equal(expected, string.Join('|', Sentences(WordCorpus.FromText(text, s_words))));

    [Fact]
    public void AnyTextIsCutAsTheRuleSays() => s_text.Sample(text =>
    {
        string[] expected = Rule(text);
        if (expected.Length == 0)
        {
            Assert.Throws<InvalidDataException>(() => WordCorpus.FromText(text, s_words));
            return;
        }

        using WordCorpus corpus = WordCorpus.FromText(text, s_words);
        string[] sentences = [.. Sentences(corpus)];
        Assert.Equal(expected, sentences);

        // Their words again are the same words.
        using WordCorpus again = WordCorpus.FromText(string.Join('\n', sentences), s_words);
        Assert.Equal(sentences, Sentences(again));
        using WordCorpus apart = WordCorpus.FromText(string.Join('\n', sentences),
            s_words with { Tokenizer = WordTokenizer.WhiteSpace });
        Assert.Equal(sentences, Sentences(apart));
    });

    [Fact]
    public void NoWordHasWhiteSpaceOrPunctuation() => s_text.Sample(text =>
    {
        if (Rule(text).Length == 0)
            return;
        using WordCorpus corpus = WordCorpus.FromText(text, s_words);
        foreach (string word in corpus.Vocabulary.Words)
        {
            Assert.DoesNotContain(word.EnumerateRunes(), rune => Rune.IsWhiteSpace(rune) || Rune.IsSymbol(rune)
                && rune.Value != 0xFFFD || Rune.IsControl(rune)
                || Rune.IsPunctuation(rune) && !"'\u2019-\u2010\u2011".Contains((char)rune.Value));
            Assert.DoesNotContain(word[0], "'\u2019-\u2010\u2011");
            Assert.DoesNotContain(word[^1], "'\u2019-\u2010\u2011");
        }
    });

    [Fact]
    public void PiecesDoNotMatter() => Gen.Select(s_text, Gen.Int[1, 7]).Sample((text, most) =>
    {
        byte[] bytes = [.. Encoding.UTF8.GetBytes(text), 0xE2, 0x80];   // and a character that is cut at the end
        byte[] whole = new byte[bytes.Length * 2 + 16], parts = new byte[bytes.Length * 2 + 16];
        Assert.Equal(Read(bytes, bytes.Length, whole), Read(bytes, most, parts));
        Assert.Equal(whole, parts);
    });

    [Fact]
    public void LongTextsCrossTheBuffers()
    {
        string text = string.Concat(Enumerable.Range(0, 60_000).Select(i => $"word{i % 97}, \u00E9t\u00E9{i % 5}'s. "));
        using WordCorpus corpus = WordCorpus.FromStream(new MemoryStream(Encoding.UTF8.GetBytes(text)), s_words);
        Assert.Equal(120_000, corpus.RawWords);
        Assert.Equal(60_000, corpus.Sentences);
        Assert.Equal(102, corpus.Vocabulary.Count);
    }

    [Fact]
    public void InvalidBytesAreSeenAndPunctuationAloneIsNoWord()
    {
        byte[] latin = Encoding.Latin1.GetBytes("caf\u00E9, na\u00EFve. ");
        Assert.Contains("not valid utf-8", Assert.Throws<InvalidDataException>(() =>
            WordCorpus.FromStream(new MemoryStream(latin), s_words)).Message, StringComparison.Ordinal);
        Assert.Contains("white space and punctuation", Assert.Throws<InvalidDataException>(() =>
            WordCorpus.FromText("...!", s_words)).Message, StringComparison.Ordinal);
        Assert.Contains("is empty", Assert.Throws<InvalidDataException>(() =>
            WordCorpus.FromText("", s_words)).Message, StringComparison.Ordinal);
    }

    private static int Read(byte[] bytes, int most, Span<byte> output)
    {
        int at = 0, written = 0;
        WordTokens tokens = new(buffer =>
        {
            int count = Math.Min(Math.Min(most, buffer.Length), bytes.Length - at);
            bytes.AsSpan(at, count).CopyTo(buffer);
            at += count;
            return count;
        });
        for (int read; (read = tokens.Read(output.Slice(written, 8 + Math.Min(most, 4)))) > 0;)
            written += read;
        return written;
    }

    // By the documentation, over UTF-16: letters outside the basic plane are said as their surrogates' pairs.
    private static string[] Rule(string text)
    {
        StringBuilder plain = new();
        Dictionary<char, string> astral = [];
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (rune.IsBmp)
            {
                plain.Append((char)rune.Value);
            }
            else if (Rune.IsLetter(rune))
            {
                char standIn = (char)('\uA000' + (rune.Value % 0x100) + (rune.Value >> 12));   // no piece has those letters
                plain.Append(standIn);
                astral[standIn] = rune.ToString();
            }
            else
            {
                plain.Append('*');
            }
        }

        return
        [
            .. SentenceEnds().Split(plain.ToString())
                .Select(sentence => string.Join(' ', Word().Matches(sentence).Select(match => match.Value)))
                .Where(sentence => sentence.Length > 0)
                .Select(sentence => astral.Aggregate(sentence, (s, pair) => s.Replace(pair.Key.ToString(), pair.Value))),
        ];
    }

    private static IEnumerable<string> Sentences(WordCorpus corpus)
    {
        int[] ids = new int[corpus.Length];
        corpus.Read(0, ids);
        List<string> words = [];
        foreach (int id in ids)
        {
            if (id != WordCorpus.SentenceEnd)
            {
                words.Add(corpus.Vocabulary[id]);
                continue;
            }

            yield return string.Join(' ', words);
            words.Clear();
        }
    }

    [GeneratedRegex(@"\n|[.!?](?=\s)")]
    private static partial Regex SentenceEnds();

    [GeneratedRegex(@"[\p{L}\p{M}\p{N}\uFFFD]+(?:['\u2019\-\u2010\u2011\u200C\u200D][\p{L}\p{M}\p{N}\uFFFD]+)*")]
    private static partial Regex Word();
}
