using System;
using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Rnn.Models.Text.Words;

/// <summary>
/// From the bytes of words to words: what is no UTF-8 is replaced, and letters become lower-case on request. Done once
/// for each different word, not for each occurrence.
/// </summary>
internal static class WordForms
{
    /// <summary>The word that bytes stand for.</summary>
    /// <param name="utf8">What is invalid becomes U+FFFD. Read.</param>
    /// <param name="lowerCase">Whether upper-case letters become lower-case ones.</param>
    public static string Normalize(ReadOnlySpan<byte> utf8, bool lowerCase)
    {
        string word = Encoding.UTF8.GetString(utf8);
        return lowerCase ? word.ToLowerInvariant() : word;
    }

    /// <summary>
    /// Adds the count of each form that isn't a word as it stands to that of its word (which comes into the table if it
    /// isn't there): The to the.
    /// </summary>
    /// <param name="table">Counts of forms; leaves with 0 for each that isn't a word as it stands.</param>
    /// <param name="lowerCase">Whether upper-case letters become lower-case ones.</param>
    /// <returns>
    /// [table.Count] the word of each form, by id, or null if each is a word already; and how many bytes of the text
    /// were invalid.
    /// </returns>
    public static (int[]? Words, long InvalidBytes) Merge(WordTable table, bool lowerCase)
    {
        int forms = table.Count;
        int[]? words = null;
        long invalidBytes = 0;
        for (int id = 0; id < forms; id++)
        {
            ReadOnlySpan<byte> form = table[id];
            bool valid = Utf8.IsValid(form);
            if (valid && !(lowerCase && MayHaveUpperCase(form)))
                continue;

            long count = table.Counts[id];
            invalidBytes += valid ? 0 : count * InvalidBytes(form);
            byte[] word = Encoding.UTF8.GetBytes(Normalize(form, lowerCase));
            if (form.SequenceEqual(word))
                continue;

            words ??= Identity(forms);
            words[id] = table.GetOrAdd(word);
            table.Counts[id] = 0;
            table.Counts[words[id]] += count;
        }

        return (words, invalidBytes);
    }

    private static bool MayHaveUpperCase(ReadOnlySpan<byte> word) =>
        word.ContainsAnyInRange((byte)'A', (byte)'Z') || !Ascii.IsValid(word);

    private static int InvalidBytes(ReadOnlySpan<byte> bytes)
    {
        int invalid = 0;
        while (bytes.Length > 0)
        {
            invalid += Rune.DecodeFromUtf8(bytes, out _, out int length) == OperationStatus.Done ? 0 : length;
            bytes = bytes[length..];
        }

        return invalid;
    }

    private static int[] Identity(int count)
    {
        int[] ids = new int[count];
        for (int i = 0; i < count; i++)
            ids[i] = i;
        return ids;
    }
}
