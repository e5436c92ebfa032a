using System;
using System.Linq;
using System.Text;
using Rnn.Models.Translation;

namespace Rnn.Samples.Attention;

/// <summary>An alignment in plain characters: a line for each target token, a column for each of the source.</summary>
internal static class AlignmentText
{
    private const string Shades = " .:-=+*#%@";
    private const int MostColumns = 72;

    /// <summary>The mean of the uppermost layer's heads.</summary>
    public static string Draw(TranslationAlignment alignment) => Draw(alignment, alignment.MeanShares);

    /// <summary>Each head by itself, under its name.</summary>
    public static string DrawHeads(TranslationAlignment alignment) => string.Join('\n',
        from layer in Enumerable.Range(0, alignment.Layers)
        from head in Enumerable.Range(0, alignment.Heads)
        select $"layer {layer + 1}, head {head + 1}:\n"
            + Draw(alignment, step => alignment.Shares(step, layer, head).ToArray()));

    private static string Draw(TranslationAlignment alignment, Func<int, float[]> shares)
    {
        string[] source = [.. alignment.Source.Select(Visible)], target = [.. alignment.Target.Select(Visible)];
        int margin = target.Max(token => token.Length);
        bool isNarrow = source.All(token => token.Length == 1);
        if (margin + 1 + source.Length > MostColumns)
            return "(the source is too long for a picture in characters)";

        StringBuilder text = new();
        if (isNarrow)
        {
            text.Append(' ', margin + 1).AppendJoin("", source).Append('\n');
        }
        else
        {
            for (int i = 0; i < source.Length; i++)   // a word over its column, bars below
            {
                text.Append(' ', margin + 1);
                for (int before = 0; before < i; before++)
                    text.Append('|');

                text.Append(source[i]).Append('\n');
            }
        }

        for (int t = 0; t < target.Length; t++)
        {
            text.Append(target[t].PadLeft(margin)).Append(' ');
            foreach (float share in shares(t))
                text.Append(Shades[Math.Clamp((int)(share * Shades.Length), 0, Shades.Length - 1)]);

            text.Append('\n');
        }

        return text.ToString().TrimEnd();
    }

    /// <summary>A token as it can be seen.</summary>
    public static string Visible(string token) => token == " " ? "_" : token;

}
