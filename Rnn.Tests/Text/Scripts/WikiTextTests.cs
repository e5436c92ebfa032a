using System.IO;
using System.IO.Compression;
using Rnn.Models.Text.Scripts;
using Rnn.Tests.Infrastructure;
using Xunit;

namespace Rnn.Tests.Text.Scripts;

public class WikiTextTests
{
    [Fact]
    public void FilesAreFoundByTheirNames()
    {
        using TemporaryFolder folder = new();
        folder.Write("train.txt", "a b\n"u8.ToArray());   // anyone's
        folder.Write("valid.txt", "c\n"u8.ToArray());
        Assert.NotEqual(folder.Path, WikiText.Find(folder.Path)?.Path);

        folder.Write("wiki.train.tokens", "d e\r\n f\n"u8.ToArray());
        folder.Write("wiki.valid.tokens", "g\n"u8.ToArray());
        WikiText plain = WikiText.Find(folder.Path)!;
        Assert.Equal(["d", "e", "<eos>", "f", "<eos>"], plain.Training);
        Assert.Equal(["g", "<eos>"], plain.Validation);
        Assert.Empty(plain.Test);

        folder.Write("wikitext-2/train.txt", "h\n"u8.ToArray());
        folder.Write("wikitext-2/valid.txt", "i\n"u8.ToArray());
        folder.Write("wikitext-2/test.txt", "j\n"u8.ToArray());
        WikiText named = WikiText.Find(folder.Path)!;
        Assert.Equal(["h", "<eos>"], named.Training);
        Assert.Equal(["j", "<eos>"], named.Test);
    }

    [Fact]
    public void AnArchiveHasThreeParts()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "wikitext-2-v1.zip");
        using (ZipArchive zip = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            foreach (string part in (string[])["train", "valid", "test"])
            {
                using StreamWriter writer = new(zip.CreateEntry($"wikitext-2/wiki.{part}.tokens").Open());
                writer.Write($" = {part} = \n");
            }
        }

        WikiText wiki = WikiText.Read(path);
        Assert.Equal(["=", "train", "=", "<eos>"], wiki.Training);
        Assert.Equal(["=", "test", "=", "<eos>"], wiki.Test);

        string other = Path.Combine(folder.Path, "other.zip");
        using (ZipArchive zip = ZipFile.Open(other, ZipArchiveMode.Create))
        {
            zip.CreateEntry("wiki.train.tokens");
        }

        Assert.Throws<FileNotFoundException>(() => WikiText.Read(path + "x"));
        Assert.Throws<InvalidDataException>(() => WikiText.Read(folder.Write("no.zip", "text"u8.ToArray())));
        Assert.ThrowsAny<System.Exception>(() => WikiText.Read(other));
    }
}
