using System;
using System.Formats.Tar;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text;
using Rnn.Models.Data;
using Rnn.Models.Text.Labelled;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Text.Labelled;

public sealed class MovieReviewsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void APartComesInTurnByNumber()
    {
        string path = Archive(
            ("aclImdb/README", "x"), ("aclImdb/train/neg/10_1.txt", "n10"), ("aclImdb/train/neg/2_3.txt", "n2\n"),
            ("aclImdb/train/pos/3_9.txt", "p3"), ("aclImdb/train/pos/0_10.txt", "caf\u00E9<br />"),
            ("aclImdb/train/pos/11_7.txt", "p11"), ("aclImdb/train/unsup/0_0.txt", "u"), ("aclImdb/train/pos.txt", "x"),
            ("aclImdb/train/pos/notes.md", "x"), ("aclImdb/test/pos/0_9.txt", "tp"), ("aclImdb/test/neg/0_1.txt", "tn"));

        LabelledTexts train = MovieReviews.Read(path);
        Assert.Equal(["caf\u00E9<br />", "n2", "p3", "n10", "p11"], train.Texts);
        Assert.Equal([1, 0, 1, 0, 1], train.Labels.ToArray());
        Assert.Equal(["negative", "positive"], train.Classes);
        Assert.Equal(["tp", "tn"], MovieReviews.Read(path, MovieReviewPart.Test).Texts);
        Assert.Single(_folder.Files());
    }

    [Fact]
    public void EachErrorSaysWhatToDo()
    {
        string path = Archive(("aclImdb/train/pos/0_9.txt", "p"), ("aclImdb/train/neg/0_1.txt", "n"), ("aclImdb/test/pos/0_9.txt", "p"));
        Fails("has 1 files test/pos/*.txt and 0 files test/neg/*.txt; expected some of both", path, MovieReviewPart.Test);

        byte[] bytes = File.ReadAllBytes(path);
        Fails("is no archive (.tar.gz) of reviews, or is damaged", _folder.Write("cut.tar.gz", bytes.AsSpan(0, bytes.Length / 2)));
        Fails("is no archive (.tar.gz) of reviews, or is damaged", _folder.Write("text.txt", "some text"u8));
        Fails("is a folder; expected the archive aclImdb_v1.tar.gz", _folder.Path);
        Fails("0_1.txt' holds no text", Archive(("a/train/pos/0_9.txt", "p"), ("a/train/neg/0_1.txt", " \n")));
        Fails("0_1.txt' holds no text", Archive(("a/train/pos/0_9.txt", "p"), ("a/train/neg/0_1.txt", "")));
        Assert.Throws<FileNotFoundException>(() => MovieReviews.Read(Path.Combine(_folder.Path, "none")));
        Assert.Throws<ArgumentOutOfRangeException>(() => MovieReviews.Read(path, (MovieReviewPart)2));
    }

    [Fact]
    public void TheLessonsFilesAreFoundTogether()
    {
        string data = Path.Combine(_folder.Path, "data");
        string texts = _folder.Write("data/reviews.txt", "a\nb"u8);
        Assert.NotEqual(texts, MovieReviews.FindLessonFiles(data)?.TextsPath);
        string labels = _folder.Write("data/labels.txt", "positive\nnegative"u8);
        Assert.Equal((texts, labels), MovieReviews.FindLessonFiles(data));
        texts = _folder.Write("data/reviews/reviews.txt", "a\nb"u8);
        labels = _folder.Write("data/reviews/labels.txt", "positive\nnegative"u8);
        Assert.Equal((texts, labels), MovieReviews.FindLessonFiles(data));
    }

    [Fact]
    public void TheLessonsReviewsAlternate()
    {
        (string TextsPath, string LabelsPath)? files = MovieReviews.FindLessonFiles();
        Assert.SkipWhen(files is null, $"Set {DataSets.FolderVariable} to a folder with reviews/reviews.txt and labels.txt.");
        LabelledTexts reviews = LabelledTexts.Read(files!.Value.TextsPath, files.Value.LabelsPath);
        Assert.Equal([12_500, 12_500], reviews.ClassCounts);
        int[] labels = reviews.Labels.ToArray();
        Assert.True(labels.Select((label, i) => label == 1 - (i % 2)).All(isRight => isRight));
    }

    private static void Fails(string expected, string path, MovieReviewPart part = MovieReviewPart.Train) =>
        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => MovieReviews.Read(path, part)).Message);

    private string Archive(params (string Name, string Text)[] files)
    {
        using MemoryStream bytes = new();
        using (GZipStream packed = new(bytes, CompressionLevel.Fastest, leaveOpen: true))
        using (TarWriter archive = new(packed))
        {
            foreach ((string name, string text) in files)
            {
                using MemoryStream data = new(Encoding.UTF8.GetBytes(text));
                archive.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = data });
            }
        }

        return _folder.Write("reviews.tar.gz", bytes.ToArray());
    }
}
