using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;
using Rnn.Core.Serialization;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Text.Phrases;

/// <summary>Phrases as a table with tabs and a head line.</summary>
internal static class PhraseFile
{
    private const string Head = "first\tbetween\tsecond\tphrase\tcount\tscore";
    private const int Columns = 6;

    public static void Write(string path, IReadOnlyList<Phrase> phrases)
    {
        byte[] table = Encoding.UTF8.GetBytes(ToTable(phrases));
        AtomicFile.Write(path, stream => stream.Write(table));
    }

    public static string ToTable(IReadOnlyList<Phrase> phrases)
    {
        foreach (Phrase phrase in phrases)
        {
            foreach (string word in new[] { phrase.First, phrase.Between, phrase.Second, phrase.Joined })
            {
                if (word.AsSpan().ContainsAny('\t', '\n', '\r'))
                    Throw.PhraseNotSaved(word);
            }
        }

        StringBuilder table = new(Head + "\n");
        foreach (Phrase phrase in phrases)
        {
            table.AppendJoin('\t', phrase.First, phrase.Between, phrase.Second, phrase.Joined,
                phrase.Count.ToString(CultureInfo.InvariantCulture),
                phrase.Score.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
        }

        return table.ToString();
    }

    public static Phrase[] Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
            Throw.TextFileIsFolder(path);
        if (!File.Exists(path))
            Throw.TextFileMissing(path, Path.GetFullPath(path));

        using StreamReader reader = new(path, new UTF8Encoding(false, throwOnInvalidBytes: true));
        return Read(reader, path);
    }

    public static Phrase[] Read(TextReader reader, string path)
    {
        int number = 1;
        try
        {
            // The head is read by its length first: what is no such file may have no line end for gigabytes.
            char[] head = new char[Head.Length];
            if (reader.ReadBlock(head) < Head.Length || !head.AsSpan().SequenceEqual(Head)
                || reader.ReadLine() is not "")
            {
                Throw.PhraseLine(path, number, $"the head '{Head.Replace("\t", "<tab>", StringComparison.Ordinal)}'");
            }

            List<Phrase> phrases = [];
            while (reader.ReadLine() is { } line)
                phrases.Add(Parse(path, ++number, line));
            return [.. phrases];
        }
        catch (DecoderFallbackException)
        {
            Throw.PhraseLine(path, number + 1, "UTF-8");
            throw;
        }
    }

    private static Phrase Parse(string path, int number, string line)
    {
        string[] cells = line.Split('\t');
        if (cells.Length != Columns)
            Throw.PhraseLine(path, number, $"{Columns} columns with tabs between, found {cells.Length}");
        if (cells[0].Length == 0 || cells[2].Length == 0 || cells[3].Length == 0)
            Throw.PhraseLine(path, number, "a first word, a second word and a phrase");
        if (!NumberText.TryParseWhole(cells[4], out long count) || count < 0)
            Throw.PhraseLine(path, number, $"a count, found '{cells[4]}'");
        if (!NumberText.TryParse(cells[5], out double score)
            || !double.IsFinite(score))
        {
            Throw.PhraseLine(path, number, $"a score, found '{cells[5]}'");
        }

        return new Phrase(cells[0], cells[1], cells[2], cells[3], count, score);
    }
}
