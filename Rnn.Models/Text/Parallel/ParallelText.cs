using System;
using System.Buffers.Binary;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Text.Parallel;

/// <summary>Pairs of a source and a target: what a translator learns from. Immutable.</summary>
public sealed partial class ParallelText : IReadOnlyList<SentencePair>
{
    private readonly SentencePair[] _pairs;

    /// <summary>Pairs in their order.</summary>
    /// <param name="pairs">0 or more; no side is null. Copied.</param>
    /// <exception cref="ArgumentException">A side is null.</exception>
    public ParallelText(IEnumerable<SentencePair> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        _pairs = [.. pairs];
        for (int i = 0; i < _pairs.Length; i++)
        {
            if (_pairs[i].Source is null || _pairs[i].Target is null)
                Throw.NullPair(nameof(pairs), i);
        }
    }

    /// <summary>Number of pairs.</summary>
    public int Count => _pairs.Length;

    /// <summary>The pair with this number.</summary>
    /// <param name="index">0 to <see cref="Count"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such pair.</exception>
    public SentencePair this[int index]
    {
        get
        {
            if ((uint)index >= (uint)Count)
                Throw.Outside(nameof(index), index, $"0 to {Count - 1} (of {Count} pairs)");
            return _pairs[index];
        }
    }

    /// <summary>
    /// Parts to train on, to choose by and to test with. A pair's part is a function of its source (as it stands, every
    /// letter) and the seed alone, the same on any machine, whatever other pairs there are: all translations of a
    /// source are in one part. The pairs of each part are in the order of this text.
    /// </summary>
    /// <remarks>
    /// u = (the first 53 bits of the SHA-256 of the UTF-8 text of the seed, a tab and the source) / 2^53; the test part
    /// has the pairs with u below testShare, the validation part the others below testShare + validationShare. In
    /// Python: <c>int.from_bytes(hashlib.sha256(f"{seed}\t{source}".encode()).digest()[:8]) >> 11</c>.
    /// </remarks>
    /// <param name="validationShare">About which share of the sources is in the validation part, 0 or more.</param>
    /// <param name="testShare">In the test part, 0 or more; less than 1 together.</param>
    /// <param name="seed">Another seed gives other parts.</param>
    /// <returns>A part may be empty.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A share is negative, or both together are 1 or more.</exception>
    public (ParallelText Training, ParallelText Validation, ParallelText Test) SplitBySource(double validationShare,
        double testShare, ulong seed = 1) => Split(validationShare, testShare, seed, pair => pair.Source);

    /// <summary>The same by the target: none is in two parts, however many sources it has.</summary>
    /// <inheritdoc cref="SplitBySource"/>
    public (ParallelText Training, ParallelText Validation, ParallelText Test) SplitByTarget(double validationShare,
        double testShare, ulong seed = 1) => Split(validationShare, testShare, seed, pair => pair.Target);

    /// <summary>The pairs of which neither side is longer; in their order.</summary>
    /// <param name="maxWords">The most words of a side, parted by white space; 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxWords"/> is less than 1.</exception>
    public ParallelText UpTo(int maxWords)
    {
        Throw.IfBelow(nameof(maxWords), maxWords, 1);
        return new ParallelText(_pairs.Where(pair => Words(pair.Source) <= maxWords && Words(pair.Target) <= maxWords));
    }

    /// <inheritdoc/>
    public IEnumerator<SentencePair> GetEnumerator() => ((IEnumerable<SentencePair>)_pairs).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private (ParallelText Training, ParallelText Validation, ParallelText Test) Split(double validationShare,
        double testShare, ulong seed, Func<SentencePair, string> side)
    {
        Throw.IfNoRate(nameof(validationShare), validationShare);
        Throw.IfNoRate(nameof(testShare), testShare);
        if (validationShare + testShare >= 1)
            Throw.Outside(nameof(testShare), testShare, $"less than 1 together with {nameof(validationShare)}");

        List<SentencePair> training = [], validation = [], test = [];
        string start = seed.ToString(CultureInfo.InvariantCulture) + "\t";
        foreach (SentencePair pair in _pairs)
        {
            double place = Place(start + side(pair));
            (place < testShare ? test : place < testShare + validationShare ? validation : training).Add(pair);
        }

        return (new ParallelText(training), new ParallelText(validation), new ParallelText(test));
    }

    // 0 or more and below 1.
    private static double Place(string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        return (BinaryPrimitives.ReadUInt64BigEndian(hash) >> 11) * (1.0 / (1L << 53));
    }

    private static int Words(string text)
    {
        int words = 0;
        bool isInWord = false;
        foreach (char c in text)
        {
            bool isWhite = char.IsWhiteSpace(c);
            words += isWhite || isInWord ? 0 : 1;
            isInWord = !isWhite;
        }

        return words;
    }
}
