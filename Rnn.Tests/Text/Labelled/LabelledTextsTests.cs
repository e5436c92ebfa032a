using System;
using System.IO;
using System.Linq;
using System.Text;
using Rnn.Models.Text.Labelled;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Text.Labelled;

public sealed class LabelledTextsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("good film\nbad one\nfine", "positive\n negative\r\npositive\n")]
    [InlineData("good film\nbad one\nfine\n", "positive\nnegative\t\npositive")]
    public void LinesAndLabels(string texts, string labels)
    {
        LabelledTexts read = LabelledTexts.Read(Write("t.txt", texts), Write("l.txt", labels));
        Assert.Equal(["good film", "bad one", "fine"], read.Texts);
        Assert.Equal([1, 0, 1], read.Labels.ToArray());
        Assert.Equal(["negative", "positive"], read.Classes);
        Assert.Equal([1, 2], read.ClassCounts);
        Assert.Equal(3, read.Count);
    }

    [Fact]
    public void ATableMayHaveTabsInItsTexts()
    {
        LabelledTexts read = LabelledTexts.Read(Write("t.tsv", "b\tone\ttwo\r\na\t two\r\nC\tthree\r\n"));
        Assert.Equal(["one\ttwo", " two", "three"], read.Texts);
        Assert.Equal(["C", "a", "b"], read.Classes);
        Assert.Equal([2, 1, 0], read.Labels.ToArray());
    }

    [Fact]
    public void ClassesOfFoldersTakeTurnsAndFilesComeByNumber()
    {
        foreach (string name in new[] { "pos/10_4", "pos/2_7", "pos/0_9", "neg/01_1", "neg/1_1", "neg/0_3", "neg/5_1", "unsup/0_0" })
            Write($"train/{name}.txt", name + "\n");
        Write("train/pos/notes.md", "no text");
        Write("train/labels.txt", "no text");
        Write("train/empty/readme.md", "no text");

        LabelledTextsOptions skip = new() { SkippedFolders = ["unsup"] };
        LabelledTexts read = LabelledTexts.Read(Path.Combine(_folder.Path, "train"), options: skip);
        Assert.Equal(["neg/0_3", "pos/0_9", "neg/01_1", "pos/2_7", "neg/1_1", "pos/10_4", "neg/5_1"], read.Texts);
        Assert.Equal([0, 1, 0, 1, 0, 1, 0], read.Labels.ToArray());
        Assert.Equal(["neg", "pos"], read.Classes);

        Assert.Equal(["neg", "pos", "unsup"], LabelledTexts.Read(Path.Combine(_folder.Path, "train")).Classes);

        LabelledTexts other = LabelledTexts.Read(Path.Combine(_folder.Path, "train"),
            options: skip with { Classes = ["pos", "none", "neg"] });
        Assert.Equal("pos/0_9", other.Texts[0]);
        Assert.Equal([0, 2, 0, 2, 0, 2, 2], other.Labels.ToArray());
        Assert.Equal([3, 0, 4], other.ClassCounts);
    }

    [Fact]
    public void ExpectedClassesGiveTheNumbers()
    {
        LabelledTextsOptions options = new() { Classes = ["z", "a"] };
        LabelledTexts read = LabelledTexts.ReadTable(Write("t.tsv", "a\tx\na\ty"), options);
        Assert.Equal([1, 1], read.Labels.ToArray());
        Assert.Equal(["z", "a"], read.Classes);
        Fails("line 2: the label is 'q'; expected z, a.", () => LabelledTexts.ReadTable(Write("t.tsv", "a\tx\nq\ty"), options));
        Assert.Throws<ArgumentException>(
            () => LabelledTexts.ReadTable(Write("t.tsv", "a\tx"), new LabelledTextsOptions { Classes = ["a", "a"] }));
    }

    [Fact]
    public void EachErrorSaysWhereAndWhatToDo()
    {
        Fails("t.txt' has 3 lines and '", () => Lines("a\nb\nc\n", "p\nn"));
        Fails("l.txt' has 2; expected a text a line", () => Lines("a\nb\nc\n", "p\nn"));
        Fails("t.txt', line 2: there is no text. Remove the line", () => Lines("a\n \nc", "p\nn\np"));
        Fails("l.txt', line 3: the label is empty. Write one there.", () => Lines("a\nb\nc", "p\nn\n\n"));
        Fails("l.txt' has one class only, 'p'; expected two or more.", () => Lines("a\nb", "p\np"));
        Fails("line 1002: the label is the 1001th that differs; expected at most 1000 classes. This is probably the wrong column",
            () => Lines(string.Join('\n', Enumerable.Range(0, 1100)), "0\n" + string.Join('\n', Enumerable.Range(0, 1099))));
        Fails("t.tsv', line 2: there is no tab; expected a label, a tab and a text.", () => Table("p\ta\nn b"));
        Fails("t.tsv', line 1: the label is empty.", () => Table("\ta\nn\tb"));
        Fails("t.tsv', line 2: there is no text.", () => Table("p\ta\nn\t\n"));
        Fails("t.tsv', line 2: there is no tab", () => Table("p\ta\n\nn\tb"));
        Fails("not valid utf-8: byte 0xE9 at offset 3",
            () => LabelledTexts.Read(_folder.Write("t.tsv", Encoding.Latin1.GetBytes("p\tb\u00E9"))));
        Fails("has no folder with .txt files; expected one for each class", () => LabelledTexts.Read(_folder.Path));
        Write("c/pos/0.txt", " \n");
        Write("c/neg/0.txt", "a");
        Fails("0.txt' holds no text.", () => LabelledTexts.Read(Path.Combine(_folder.Path, "c")));
        Write("d/pos/0.txt", "a");
        Fails("d' has one class only, 'pos'", () => LabelledTexts.Read(Path.Combine(_folder.Path, "d")));
        Fails("0.txt': the label is 'pos'; expected x, y.", () => LabelledTexts.Read(Path.Combine(_folder.Path, "d"),
            options: new LabelledTextsOptions { Classes = ["x", "y"] }));
        for (int i = 0; i <= 1000; i++)
            Write($"m/{i}/0.txt", "a");
        Fails("has 1001 folders with .txt files", () => LabelledTexts.Read(Path.Combine(_folder.Path, "m")));

        Assert.Throws<FileNotFoundException>(() => LabelledTexts.Read(Path.Combine(_folder.Path, "none.tsv")));
        Assert.Throws<FileNotFoundException>(() => LabelledTexts.ReadFolders(Path.Combine(_folder.Path, "none")));
        Assert.Throws<ArgumentException>(
            () => LabelledTexts.ReadTable(Write("t.tsv", "a\tx\nb\ty"), new LabelledTextsOptions { Encoding = "none" }));

        LabelledTexts Lines(string texts, string labels) => LabelledTexts.Read(Write("t.txt", texts), Write("l.txt", labels));
        LabelledTexts Table(string table) => LabelledTexts.Read(Write("t.tsv", table));
    }

    [Fact]
    public void OtherEncodingsAreRead()
    {
        string path = _folder.Write("t.tsv", Encoding.Latin1.GetBytes("p\tcaf\u00E9\nn\tx"));
        Assert.Equal("caf\u00E9", LabelledTexts.Read(path, options: new LabelledTextsOptions { Encoding = "latin1" }).Texts[0]);
    }

    [Fact]
    public void SlicesShareTheClasses()
    {
        LabelledTexts all = new(["a", "b", "c", "d"], [0, 2, 2, 0], ["x", "y", "z"]);
        LabelledTexts slice = all.Slice(1, 2).Slice(1, 1);
        Assert.Equal(["c"], slice.Texts);
        Assert.Equal([2], slice.Labels.ToArray());
        Assert.Equal(all.Classes, slice.Classes);
        Assert.Equal([0, 0, 1], slice.ClassCounts);
        Assert.Equal(0, all.Slice(4, 0).Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => all.Slice(-1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => all.Slice(5, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => all.Slice(2, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => all.Slice(2, -1));
    }

    [Fact]
    public void ArgumentsAreCopiedAndChecked()
    {
        string[] texts = ["a", "b"];
        int[] labels = [0, 1];
        LabelledTexts all = new(texts, labels, ["x", "y"]);
        (texts[0], labels[0]) = ("changed", 1);
        Assert.Equal("a", all.Texts[0]);
        Assert.Equal(0, all.Labels[0]);
        Assert.Throws<ArgumentException>(() => new LabelledTexts(["a"], [0, 1], ["x", "y"]));
        Assert.Throws<ArgumentException>(() => new LabelledTexts([null!], [0], ["x"]));
        Assert.Throws<ArgumentException>(() => new LabelledTexts(["a"], [0], []));
        Assert.Throws<ArgumentException>(() => new LabelledTexts(["a"], [0], ["x", "x"]));
        Assert.Throws<ArgumentException>(() => new LabelledTexts(["a"], [0], ["x", " "]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LabelledTexts(["a"], [2], ["x", "y"]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LabelledTexts(["a"], [-1], ["x", "y"]));
    }

    [Fact]
    public void ReviewsAreNegativeOrPositive()
    {
        LabelledTexts read = LabelledTexts.FromReviews([("a", true), ("b", false)]);
        Assert.Equal([1, 0], read.Labels.ToArray());
        Assert.Equal(["negative", "positive"], read.Classes);
    }

    private string Write(string path, string text) => _folder.Write(path, Encoding.UTF8.GetBytes(text));

    private static void Fails(string expected, Func<object> read) =>
        Assert.Contains(expected, Assert.Throws<InvalidDataException>(read).Message);
}
