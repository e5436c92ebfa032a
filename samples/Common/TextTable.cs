using System.Collections.Generic;
using System.Linq;

namespace Rnn.Samples.Common;

/// <summary>A table in plain characters: the first column to the left, numbers to the right.</summary>
public static class TextTable
{
    /// <summary>Lines of equal layout; the first row is the heading.</summary>
    /// <param name="rows">Each with as many cells as the first.</param>
    /// <param name="left">How many columns are text, set to the left.</param>
    public static string Format(IReadOnlyList<string[]> rows, int left = 1)
    {
        int[] widths = Enumerable.Range(0, rows[0].Length).Select(i => rows.Max(row => row[i].Length)).ToArray();
        return string.Join('\n', rows.Select(row => string.Join("  ",
            row.Select((cell, i) => i < left ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]))).TrimEnd()));
    }
}
