using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Threading;
using Rnn.Models.Corpora;
using Rnn.Models.Data;
using Rnn.Models.Text.Words;
using Rnn.Samples.Common;

namespace Rnn.Samples.Word2Vec;

/// <summary>The text to learn from, which may be read several times.</summary>
/// <param name="Name">What it is, for people.</param>
/// <param name="Read">Reads it.</param>
/// <param name="HasClasses">Whether it is the built-in one, whose words belong to known classes.</param>
internal sealed record TextSource(string Name, Func<WordCorpusOptions, IProgress<WordCorpusProgress>?,
    CancellationToken, WordCorpus> Read, bool HasClasses = false)
{
    private const long Sentences = 400_000;

    // text8 as it is in its archive, for those who have unpacked it.
    private static readonly DataSet s_unpacked = DataSets.Text8 with
    {
        RelativePath = "text8/text8",
        Sha256 = "6e890197040d37d85beb962ae1f041ff1d9a9ca8d20c7d99c85027eebf51dca7",
        Size = 100_000_000,
    };

    /// <summary>A file, or what the preset names: built-in sentences, or text8.</summary>
    /// <param name="arguments">Which.</param>
    /// <param name="cancellation">Ends a download.</param>
    /// <exception cref="IOException">There is none.</exception>
    public static TextSource Open(TrainArguments arguments, CancellationToken cancellation)
    {
        IReadOnlyList<string> named = arguments.Files;
        if (named.Count > 0)
        {
            string[] files = [.. named.SelectMany(TextFiles.Of)];
            string name = named.Count == 1 ? named[0] : $"{files[0]} and {files.Length - 1} more files";
            return new TextSource(name, (how, progress, stop) => WordCorpus.FromFiles(files, how, progress, stop));
        }

        TrainSettings settings = arguments.Settings;
        if (!settings.IsLesson)
        {
            return new TextSource("built-in sentences", (how, _, stop) =>
                WordCorpus.FromSentences(WordClassCorpus.Generate(settings.Model.Seed, Sentences), how, stop), true);
        }

        if (DataSets.Find(s_unpacked, arguments.DataSets.Folder) is { } unpacked)
        {
            DataSets.Verify(s_unpacked, unpacked);
            return new TextSource("text8", (how, progress, stop) =>
                WordCorpus.FromFile(unpacked, how, progress, stop));
        }

        string archive = arguments.DataSets.Find(DataSets.Text8, "--corpus", cancellation);
        return new TextSource("text8", (how, progress, stop) =>
        {
            using ZipArchive zip = ZipFile.OpenRead(archive);
            using Stream text = zip.Entries.Single().Open();
            return WordCorpus.FromStream(text, how, progress, stop);
        });
    }
}
