using System;
using System.Collections.Generic;
using System.Formats.Tar;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text;
using Rnn.Models.Embeddings;
using Rnn.Models.Embeddings.Evaluation;
using Rnn.Models.Embeddings.Files;
using Rnn.Models.Forecasting;
using Rnn.Models.Text;
using Rnn.Models.Text.Labelled;
using Rnn.Models.Text.Parallel;
using Rnn.Models.Text.Phrases;
using Rnn.Models.Text.Scripts;
using Rnn.Samples.TimeSeries;

namespace Rnn.Tests.Fuzzing;

/// <content>Tables, texts, vectors, archives and what models hold as text.</content>
internal static partial class FuzzTargets
{
    private const string PhraseTable = "first\tbetween\tsecond\tphrase\tcount\tscore\nb\t\tc\tb_c\t4\t12.5\na\tof\tb\ta_of_b\t2\t3\n";

    private const int Fast = 3;
    private const int Compression = 1200;   // a compressed byte may stand for a thousand
    private const int Pools = 1_500_000;    // of words, which are the same string wherever they stand

    private const string LongCsv = "date,series,value,rain,region\n2024-01-01,a,1.5,0,north\n2024-01-02,a,2,1,north\n"
        + "2024-01-03,a,NA,0.5,north\n2024-01-01,b,7,0,south\n2024-01-02,b,8,1,south\n2024-01-03,b,9,,south\n";

    private static IEnumerable<FuzzTarget> Vectors()
    {
        WordVectors vectors = new(["a", "the cat", "\u00E9t\u00E9", "d"], [1, 2, 3, 0.5f, -1, 2, 4, 5, 6, 1e-3f, 0, 7], 3);
        byte[] binary = Written(path => WordVectorsFile.WriteBinary(path, vectors, "_"));
        byte[] text = Written(path => WordVectorsFile.WriteText(path, vectors, "_"));
        byte[] glove = text[(Array.IndexOf(text, (byte)'\n') + 1)..];
        byte[][] seeds = [binary, text, glove];
        yield return new FuzzTarget("vectors", seeds, Load) { Share = Fast };
        yield return new FuzzTarget("vectors, compressed", [.. seeds.Select(Compressed)], Load)
        {
            // A damaged file that is compressed afterwards, and a compressed one that is damaged.
            Draw = random =>
            {
                ByteMutator mutator = new(random);
                byte[] seed = seeds[random.Next(seeds.Length)];
                return random.Next(3) == 0 ? mutator.Mutate(Compressed(seed), seeds) : Compressed(mutator.Mutate(seed, seeds));
            },
            Factor = Compression,
            Share = Fast,
        };

        static void Load(FuzzInput input) => WordVectorsFile.Load(input.Stream(), new WordVectorsLoadOptions
        {
            SkipOddRows = input.Number % 3 == 1,
            Limit = input.Number % 5 == 1 ? 2 : 0,
            Format = input.Number % 7 == 1 ? (WordVectorsFormat)(input.Number / 7 % 3) : null,
        });
    }

    private static IEnumerable<FuzzTarget> Texts() => TextFiles().Select(target => target with { Share = Fast, Constant = Pools });

    private static IEnumerable<FuzzTarget> TextFiles() =>
    [
        new("labelled texts, a table", Utf8("positive\ta good film\nnegative\tbad\n", "0\ta\r\n1\tb\tc\r\n"),
            input => LabelledTexts.ReadTable(input.File())),
        new("labelled texts, two files", Utf8("a good film\nbad\n\u001Epositive\nnegative\n"), input =>
        {
            (string texts, string labels) = input.TwoFiles();
            LabelledTexts.ReadLines(texts, labels);
        }),
        new("pairs, a table", Utf8("one\tun\ntwo\tdeux\n", "a\tb\tc\nd\te\tf"), input => ParallelText.ReadTabSeparated(input.File(),
            input.Number % 2, 1 - (input.Number % 2))),
        new("pairs, two files", Utf8("one\ntwo\n\u001Eun\ndeux\n"), input =>
        {
            (string sources, string targets) = input.TwoFiles();
            ParallelText.ReadFiles(sources, targets);
        }),
        new("tokens", Utf8("a b  c\n\n = x = \n"), input => TokenizedText.Read(input.File())),
        new("text", [.. Utf8("a b\r\nc\n", "\uFEFF\u00E9"), Encoding.Unicode.GetBytes("\uFEFFab")], input =>
            TextFile.Read(input.Stream(), "text", new[] { "utf-8", "utf-16", "utf-32", "latin1", "windows-1252" }[input.Number % 5])),
        new("phrases", Utf8(PhraseTable), input => PhraseModel.Load(input.File()).Apply(["a", "of", "b", "c"])),
        new("analogies", Utf8(": capitals\na b c d\n: plurals\ne f g h\n"), input => WordAnalogies.Load(input.File())),
        new("similarities", Utf8("first\tsecond\tscore\na\tb\t1.5\n", "a,b,3\n# x\n", "a b 0.1\n"),
            input => WordSimilarity.Load(input.File())),
        new("series, a CSV file", Utf8(LongCsv, "1,2,3\n4,5,6\n", "t;v\n0;1.5\n1;2\n2;3\n", "\"a\",\"1\"\n\"b\"\"c\",2\n"), ReadCsv),
    ];

    private static void ReadCsv(FuzzInput input)
    {
        string text = TextFile.Read(input.Stream(), "series.csv");
        CsvReading reading = new()
        {
            IsWide = input.Number % 4 == 1,
            HasHeader = input.Number % 3 > 0,
            Sort = input.Number % 2 > 0,
            Missing = (MissingTimes)(input.Number % Enum.GetValues<MissingTimes>().Length),
            Repeated = (RepeatedTimes)(input.Number / 3 % Enum.GetValues<RepeatedTimes>().Length),
            Format = input.Number % 11 == 1 ? CsvReading.IndexFormat : input.Number % 11 == 2 ? CsvReading.UnixFormat : "",
            Every = input.Number % 13 == 1 ? "1d" : "",
        };
        CovariateChoice covariates = input.Number % 4 == 2
            ? new() { Past = "rain", Static = "region", Calendar = "weekday" }
            : new();
        new CsvSeriesReader("series.csv", reading, covariates) { Season = 2, Beyond = 3 }.Read(text);
    }

    private static IEnumerable<FuzzTarget> Archives()
    {
        byte[] zip = Saved(Zip), tar = Saved(Tar);
        yield return new FuzzTarget("WikiText's archive", [zip], input => WikiText.Read(input.File()))
        {
            Factor = Compression,
            Constant = Pools,
        };
        yield return new FuzzTarget("reviews' archive", [Compressed(tar)], input => MovieReviews.Read(input.File()))
        {
            Draw = random => random.Next(4) == 0
                ? new ByteMutator(random).Mutate(Compressed(tar), [tar])
                : Compressed(new ByteMutator(random).Mutate(tar, [tar])),
            Factor = Compression,
        };
    }

    private static void Zip(Stream stream)
    {
        using ZipArchive zip = new(stream, ZipArchiveMode.Create, leaveOpen: true);
        foreach (string part in (string[])["train", "valid", "test"])
        {
            using StreamWriter writer = new(zip.CreateEntry($"wikitext-2/wiki.{part}.tokens", CompressionLevel.NoCompression).Open());
            writer.Write($" = {part} = \n");
        }
    }

    private static void Tar(Stream stream)
    {
        using TarWriter archive = new(stream, leaveOpen: true);
        foreach (string name in (string[])["a/train/pos/0_9.txt", "a/train/neg/0_1.txt", "a/train/neg/1_1.txt"])
        {
            using MemoryStream data = new("a film\n"u8.ToArray());
            archive.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = data });
        }
    }

    private static IEnumerable<FuzzTarget> Symbols() =>
    [
        new("characters' vocabulary", Utf8("abc\u00E9\U0001F600"), input => Vocabulary.FromSymbols(Decoded(input)))
        {
            IsDocumented = e => e is ArgumentException,
            Share = Fast,
        },
        Tokens("tokens' vocabulary", """["<unk>","a","b"]""", text => TokenVocabulary.FromSymbols(text)),
        Tokens("translation's vocabulary", TranslationVocabulary.FromTokens(["a", "b"]).Symbols,
            text => TranslationVocabulary.FromSymbols(text)),
        Tokens("byte pairs", BytePairEncoding.Train(["aab", "aac", "aab"], 2).Symbols, text => BytePairEncoding.FromSymbols(text)),
    ];

    private static FuzzTarget Tokens(string name, string seed, Action<string> read) =>
        new(name, Utf8(seed), input => read(Decoded(input))) { IsDocumented = e => e is FormatException, Share = Fast };

    // A text of a program: every second one may hold halves of characters.
    private static string Decoded(FuzzInput input) => input.Number % 2 == 0
        ? Encoding.UTF8.GetString(input.Bytes)
        : Encoding.Latin1.GetString(input.Bytes).Replace("\u00ED\u00A0\u0080", "\uD800", StringComparison.Ordinal);

    private static byte[][] Utf8(params string[] texts) => Array.ConvertAll(texts, Encoding.UTF8.GetBytes);

    private static byte[] Compressed(byte[] bytes) => Saved(stream =>
    {
        using GZipStream gzip = new(stream, CompressionLevel.Fastest, leaveOpen: true);
        gzip.Write(bytes);
    });

    private static byte[] Written(Action<string> write)
    {
        string path = Path.GetTempFileName();
        try
        {
            write(path);
            return File.ReadAllBytes(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
