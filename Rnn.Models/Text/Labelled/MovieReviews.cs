using System;
using System.Collections.Generic;
using System.Formats.Tar;
using System.IO;
using System.IO.Compression;
using Rnn.Models.Data;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Text.Labelled;

/// <summary>A half of the Large Movie Review Dataset.</summary>
public enum MovieReviewPart
{
    /// <summary>25,000 reviews to learn from.</summary>
    Train,

    /// <summary>25,000 reviews of other films, to test with.</summary>
    Test,
}

/// <summary>
/// The Large Movie Review Dataset (<see cref="DataSets.Reviews"/>): English reviews of films, half of them negative (1
/// to 4 stars of 10), half positive (7 to 10). Source: Maas, Daly, Pham, Huang, Ng and Potts, "Learning word vectors
/// for sentiment analysis", ACL 2011; cite it where results are published.
/// </summary>
public static class MovieReviews
{
    private const string LessonTexts = "reviews.txt", LessonLabels = "labels.txt";

    /// <summary>
    /// The reviews of a part, read out of the archive as it is; nothing is unpacked to disk. The first positive one, the
    /// first negative one, the second positive one and so on, by the numbers of their files: the order of the lesson.
    /// </summary>
    /// <param name="path">aclImdb_v1.tar.gz.</param>
    /// <param name="part">Which half. Reviews without a label (unsup) are not read.</param>
    /// <returns>Classes "negative", 0, and "positive", 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such part.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// It is no archive (.tar.gz), a damaged one, or has no reviews of that part; or one is empty or not UTF-8.
    /// </exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public static LabelledTexts Read(string path, MovieReviewPart part = MovieReviewPart.Train)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Throw.IfUndefined(nameof(part), part);
        if (Directory.Exists(path))
            Throw.ReviewArchiveIsFolder(path);
        if (!File.Exists(path))
            Throw.TextFileMissing(path, Path.GetFullPath(path));

        string folder = part == MovieReviewPart.Train ? "train" : "test";
        SortedDictionary<string, byte[]> positive = new(NumericOrder.Instance), negative = new(NumericOrder.Instance);
        using (FileStream file = File.OpenRead(path))
        {
            ReadArchive(file, path, folder, positive, negative);
        }

        if (positive.Count == 0 || negative.Count == 0)
            Throw.NoReviews(path, folder, positive.Count, negative.Count);
        return LabelledTexts.FromReviews(InTurn(Texts(positive, path), Texts(negative, path)));
    }

    /// <summary>
    /// The two files of the lesson, reviews.txt and labels.txt, where they are on this machine: in the folder named, in
    /// that of the variable RNN_DATA, or in the user's cache; in each, in its folder "reviews" and then in itself. They
    /// are of one text and one label a line: see <see cref="LabelledTexts.ReadLines"/>. What is in them is not looked
    /// at.
    /// </summary>
    /// <param name="dataFolder">A folder to look in first; null or empty is none.</param>
    /// <returns>Both paths, or null: they are nowhere, and can't be downloaded. <see cref="DataSets.Reviews"/> has the
    /// same reviews.</returns>
    public static (string TextsPath, string LabelsPath)? FindLessonFiles(string? dataFolder = null)
    {
        foreach (string folder in DataSets.Folders(dataFolder, UserFolders.Current))
        {
            foreach (string place in new[] { Path.Combine(folder, DataSets.Reviews.Name), folder })
            {
                string texts = Path.Combine(place, LessonTexts), labels = Path.Combine(place, LessonLabels);
                if (File.Exists(texts) && File.Exists(labels))
                    return (texts, labels);
            }
        }

        return null;
    }

    // Bytes, which become texts later: what is wrong with one is then no damage of the archive.
    private static void ReadArchive(Stream file, string path, string folder, SortedDictionary<string, byte[]> positive,
        SortedDictionary<string, byte[]> negative)
    {
        try
        {
            using GZipStream unpacked = new(file, CompressionMode.Decompress);
            using TarReader archive = new(unpacked);
            while (archive.GetNextEntry() is { } entry)
            {
                // .../train/pos/0_9.txt
                if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile)
                    || entry.Name.Split('/') is not [.., string half, string side, string name]
                    || half != folder || side is not ("pos" or "neg")
                    || !name.EndsWith(".txt", StringComparison.Ordinal))
                {
                    continue;
                }

                // Memory for what is there, not for what the entry claims.
                using MemoryStream bytes = new();
                entry.DataStream?.CopyTo(bytes);   // null: empty
                if (bytes.Length < entry.Length)
                    throw new EndOfStreamException();

                (side == "pos" ? positive : negative)[name] = bytes.ToArray();
            }
        }
        catch (Exception e) when (e is EndOfStreamException or InvalidDataException or OverflowException or ArgumentException)
        {
            // The latter two are sizes and times of a header that are none.
            throw Throw.ReviewArchive(path, e);
        }
    }

    private static string[] Texts(SortedDictionary<string, byte[]> files, string path)
    {
        string[] texts = new string[files.Count];
        int count = 0;
        foreach ((string name, byte[] bytes) in files)
        {
            using MemoryStream stream = new(bytes);
            string text = TextFile.Read(stream, $"{path}: {name}");
            if (string.IsNullOrWhiteSpace(text))
                Throw.TextFileEmpty($"{path}: {name}");
            texts[count++] = text.TrimEnd('\n');
        }

        return texts;
    }

    // As long as one side has any, should they differ in number.
    private static List<(string Text, bool IsPositive)> InTurn(string[] positive, string[] negative)
    {
        List<(string Text, bool IsPositive)> reviews = new(positive.Length + negative.Length);
        for (int i = 0; i < Math.Max(positive.Length, negative.Length); i++)
        {
            if (i < positive.Length)
                reviews.Add((positive[i], true));
            if (i < negative.Length)
                reviews.Add((negative[i], false));
        }

        return reviews;
    }
}
