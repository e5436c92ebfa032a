using System;
using System.IO;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Text.Parallel;

/// <content>Where pairs come from: columns of a table, or two files.</content>
public sealed partial class ParallelText
{
    /// <summary>Reads a pair a line, from two of its columns, which tabs part. White space around a side is left
    /// out.</summary>
    /// <param name="path">The table; a line feed at the end of the last line changes nothing.</param>
    /// <param name="sourceColumn">Which column is the source, from 0.</param>
    /// <param name="targetColumn">Which is the target, another.</param>
    /// <param name="encoding">Of the file, by name, as for <see cref="TextFile"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is negative.</exception>
    /// <exception cref="ArgumentException">There is no such encoding, or the columns are the same.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// It is empty, a folder or not valid in the encoding; or a line has no tab, too few columns or an empty side: the
    /// message says which line, and what to do.
    /// </exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public static ParallelText ReadTabSeparated(string path, int sourceColumn = 0, int targetColumn = 1,
        string encoding = "utf-8")
    {
        Throw.IfBelow(nameof(sourceColumn), sourceColumn, 0);
        Throw.IfBelow(nameof(targetColumn), targetColumn, 0);
        if (sourceColumn == targetColumn)
            Throw.SameColumn(nameof(targetColumn), nameof(sourceColumn), targetColumn);

        string[] lines = TextFile.ReadLines(path, encoding);
        SentencePair[] pairs = new SentencePair[lines.Length];
        for (int i = 0; i < lines.Length; i++)
        {
            ReadOnlySpan<char> line = lines[i];
            int columns = line.Count('\t') + 1;
            if (columns == 1)
                Throw.PairWithoutTab(path, i + 1);
            if (columns <= Math.Max(sourceColumn, targetColumn))
                Throw.PairColumns(path, i + 1, columns, Math.Max(sourceColumn, targetColumn));
            pairs[i] = Pair(Column(line, sourceColumn), Column(line, targetColumn), path, path, i + 1);
        }

        return new ParallelText(pairs);
    }

    /// <summary>Reads a source a line, and from the same line of another file its target. White space around a side is
    /// left out.</summary>
    /// <param name="sourcePath">The sources; a line feed at the end of the last line changes nothing.</param>
    /// <param name="targetPath">The targets, as many lines.</param>
    /// <param name="encoding">Of both files, by name, as for <see cref="TextFile"/>.</param>
    /// <exception cref="ArgumentException">There is no such encoding.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// A file is empty, a folder or not valid in the encoding; they have different numbers of lines; or a line is
    /// empty: the message says which line, and what to do.
    /// </exception>
    /// <exception cref="IOException">One cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read one.</exception>
    public static ParallelText ReadFiles(string sourcePath, string targetPath, string encoding = "utf-8")
    {
        string[] sources = TextFile.ReadLines(sourcePath, encoding), targets = TextFile.ReadLines(targetPath, encoding);
        if (sources.Length != targets.Length)
            Throw.SourcesAndTargets(sourcePath, sources.Length, targetPath, targets.Length);
        SentencePair[] pairs = new SentencePair[sources.Length];
        for (int i = 0; i < pairs.Length; i++)
            pairs[i] = Pair(sources[i], targets[i], sourcePath, targetPath, i + 1);

        return new ParallelText(pairs);
    }

    private static SentencePair Pair(ReadOnlySpan<char> source, ReadOnlySpan<char> target, string sourcePath,
        string targetPath, int line)
    {
        source = source.Trim();
        target = target.Trim();
        if (source.IsEmpty)
            Throw.PairSideEmpty(sourcePath, line, "source");
        if (target.IsEmpty)
            Throw.PairSideEmpty(targetPath, line, "target");
        return new SentencePair(source.ToString(), target.ToString());
    }

    private static ReadOnlySpan<char> Column(ReadOnlySpan<char> line, int column)
    {
        for (; column > 0; column--)
            line = line[(line.IndexOf('\t') + 1)..];

        int end = line.IndexOf('\t');
        return end < 0 ? line : line[..end];
    }
}
