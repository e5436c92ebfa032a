using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Models.Diagnostics;
using Rnn.Models.Text;
using Rnn.Models.Text.Parallel;

namespace Rnn.Models.Corpora.Dates;

/// <summary>
/// Dates as people write them, and in ISO 8601: "Tuesday the 27th of September, 1994" and "1994-09-27". A small
/// translation whose right answer is known: letters are read in another order than they are written, names of months
/// become numbers, and two digits of a year four (50 to 99 are of the twentieth century, 00 to 49 of the next).
/// </summary>
public static class DatePairs
{
    /// <summary>The most pairs that are generated at once.</summary>
    public const int MaxCount = 500_000;

    private const int Days = 36525;   // of 1950 to 2049
    private const char Separator = '_';

    private static readonly DateOnly s_first = new(1950, 1, 1);

    /// <summary>
    /// Pairs with dates of 1950 to 2049, in 45 ways of writing, some in capitals or small letters alone: any day in any
    /// way is equally likely. No source comes twice, and each has one reading. The same arguments give the same pairs
    /// on any machine; asked for more, the first ones stay.
    /// </summary>
    /// <param name="count">How many, 0 to <see cref="MaxCount"/>.</param>
    /// <param name="seed">Which pairs.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is outside its range.</exception>
    public static ParallelText Generate(int count, ulong seed = 1)
    {
        if (count is < 0 or > MaxCount)
            Throw.Outside(nameof(count), count, $"0 to {MaxCount}");

        Philox random = new(seed, stream: 0);
        HashSet<string> seen = new(StringComparer.Ordinal);
        SentencePair[] pairs = new SentencePair[count];
        for (int i = 0; i < count;)
        {
            DateOnly date = s_first.AddDays(random.NextInt32(Days));
            string source = DateFormats.Write(random.NextInt32(DateFormats.Count), date);
            source = random.NextInt32(10) switch
            {
                0 => source.ToUpperInvariant(),
                1 or 2 => source.ToLowerInvariant(),
                _ => source,
            };
            if (seen.Add(source))
                pairs[i++] = new SentencePair(source, date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        }

        return new ParallelText(pairs);
    }

    /// <summary>
    /// Reads lines with a source, "_" and a target, with blanks around them that are left out: the form of the 50,000
    /// dates of Saito, "Deep learning from scratch 2" (<see cref="Data.DataSets.Dates"/>).
    /// </summary>
    /// <param name="path">The file; a line feed at the end of the last line changes nothing.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// It is empty, a folder or not valid UTF-8; or a line has no "_", or nothing on a side of it: the message says
    /// which, and what to do.
    /// </exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public static ParallelText Read(string path)
    {
        string[] lines = TextFile.ReadLines(path, "utf-8");
        SentencePair[] pairs = new SentencePair[lines.Length];
        for (int i = 0; i < lines.Length; i++)
        {
            int separator = lines[i].IndexOf(Separator);
            if (separator < 0)
                Throw.DateWithoutSeparator(path, i + 1, Separator);
            pairs[i] = new SentencePair(lines[i][..separator].Trim(), lines[i][(separator + 1)..].Trim());
            if (pairs[i].Source.Length == 0)
                Throw.PairSideEmpty(path, i + 1, "source");
            if (pairs[i].Target.Length == 0)
                Throw.PairSideEmpty(path, i + 1, "target");
        }

        return new ParallelText(pairs);
    }
}
