using System;
using System.Globalization;
using System.Linq;
using Rnn.Core.Kernels.WordVectors;
using Rnn.Core.Serialization;
using Rnn.Core.Serialization.Safetensors;
using Rnn.Models.Diagnostics;
using Rnn.Models.Saving;
using Rnn.Models.Text.Phrases;
using Rnn.Models.Text.Words;
using Reader = Rnn.Models.Saving.ModelReader<Rnn.Models.Word2Vec.Word2VecOptions>;

namespace Rnn.Models.Word2Vec;

/// <summary>The file of a <see cref="Word2VecModel"/>.</summary>
internal static class Word2VecFile
{
    private const string Input = "in.weight", Output = "out.weight", Counts = "counts", Losses = "epoch_losses";
    private const string PhrasePasses = "phrase_passes";
    private const char Between = '\n';
    private const int MaxPhrasePasses = 1000;

    public static ModelFormat<Word2VecOptions> Format { get; } =
        new("word2vec/1", Word2VecJson.Default.Word2VecOptions);

    public static ModelWriter Writer(Word2VecModel model)
    {
        WordVocabulary vocabulary = model.Vocabulary;
        if (vocabulary.Words.FirstOrDefault(word => word.Contains(Between, StringComparison.Ordinal)) is { } torn)
            Throw.WordWithLineFeed(torn);

        Word2VecOptions options = model.Options with { Shards = model.Options.ActualShards };
        ModelWriter file = Format.CreateWriter(options);
        (long corpusLength, ulong fingerprint, long position, double lossSum, long lossCount) = model.RunState;
        file.Add("run.corpus_length", Text(corpusLength));
        file.Add("run.corpus_fingerprint", fingerprint.ToString(CultureInfo.InvariantCulture));
        file.Add("run.position", Text(position));
        file.Add("run.loss_sum", lossSum.ToString("R", CultureInfo.InvariantCulture));
        file.Add("run.loss_count", Text(lossCount));
        file.Add("vocabulary", string.Join(Between, vocabulary.Words));
        file.Add(PhrasePasses, Text(model.Phrases.Count));
        for (int pass = 0; pass < model.Phrases.Count; pass++)
            file.Add(PhraseTable(pass), model.Phrases[pass].ToTable());

        SafetensorsWriter tensors = file.Tensors;
        tensors.Add(Counts, [vocabulary.Count], vocabulary.Counts);
        tensors.Add(Losses, [model.Losses.Count], [.. model.Losses]);
        tensors.AddRows(Input, vocabulary.Count, options.Dimensions,
            (row, values) => model.Tables.ReadInput((int)row, values));
        tensors.AddRows(Output, vocabulary.Count, options.Dimensions,
            (row, values) => model.Tables.ReadOutput((int)row, values));
        return file;
    }

    public static bool IsInterrupted(string path) => Format.Open(path).Entry("run.corpus_length", Long) > 0;

    public static PhraseModel[] PhrasesOf(string path) => ReadPhrases(Format.Open(path));

    public static Word2VecModel Load(Reader file) => file.Make(Make);

    private static Word2VecModel Make(Reader file)
    {
        Word2VecOptions options = file.Options;
        SafetensorsReader tensors = file.Tensors;
        string[] words = file.Text("vocabulary").Split(Between);
        CheckShape(tensors, Counts, words.Length);
        CheckShape(tensors, Input, words.Length, options.Dimensions);
        CheckShape(tensors, Output, words.Length, options.Dimensions);
        long[] counts = new long[words.Length];
        tensors.CopyTo(Counts, counts.AsSpan());
        CheckSum(tensors, counts);
        Word2VecModel model = Word2VecModel.Empty(WordVocabulary.FromWords(words, counts), options);
        tensors.ReadRows(Input, (row, values) => model.Tables.WriteInput((int)row, values));
        tensors.ReadRows(Output, (row, values) => model.Tables.WriteOutput((int)row, values));
        ReadRun(file, model);
        model.Phrases = ReadPhrases(file);
        return model;
    }

    private static PhraseModel[] ReadPhrases(Reader file)
    {
        int passes = file.Entry(PhrasePasses, NumberText.ParseWhole<int>);
        if (passes is < 0 or > MaxPhrasePasses)
            throw Throw.ModelEntry(file.Name, PhrasePasses, new FormatException());

        PhraseModel[] phrases = new PhraseModel[passes];
        for (int pass = 0; pass < passes; pass++)
        {
            string name = PhraseTable(pass);
            phrases[pass] = PhraseModel.FromTable(file.Text(name), $"{file.Name}: {name}");
        }

        return phrases;
    }

    private static string PhraseTable(int pass) => FormattableString.Invariant($"phrases.{pass + 1}");

    private static void ReadRun(Reader file, Word2VecModel model)
    {
        double[] losses = new double[LossCount(file.Tensors)];
        file.Tensors.CopyTo(Losses, losses.AsSpan());
        long corpusLength = file.Entry("run.corpus_length", Long), position = file.Entry("run.position", Long);
        bool isValid = corpusLength == 0
            ? position == 0
            : losses.Length < model.Options.Epochs && position >= 0 && position < corpusLength
                && position % WindowTrainer.PieceLength == 0;
        if (!isValid)
            throw Throw.ModelEntry(file.Name, "run.position", new FormatException());

        double lossSum = file.Entry("run.loss_sum", NumberText.Parse<double>);
        long lossCount = file.Entry("run.loss_count", Long);
        if (!double.IsFinite(lossSum))
            throw Throw.ModelEntry(file.Name, "run.loss_sum", new FormatException());

        if (lossCount < 0)
            throw Throw.ModelEntry(file.Name, "run.loss_count", new FormatException());

        model.Losses.AddRange(losses);
        ulong fingerprint = corpusLength == 0 ? 0 : file.Entry("run.corpus_fingerprint", NumberText.ParseWhole<ulong>);
        model.RunState = (corpusLength, fingerprint, position, lossSum, lossCount);
    }

    private static void CheckShape(SafetensorsReader reader, string name, params ReadOnlySpan<long> shape)
    {
        if (!reader.TryGetEntry(name, out SafetensorsEntry? entry) || !entry.HasShape(shape))
        {
            Throw.ModelSize(reader.Name, $"{shape[0]} words{(shape.Length == 1 ? "" : $" of {shape[1]} dimensions")}",
                $"a tensor '{name}' of [{string.Join(", ", shape.ToArray())}]", entry?.ToString() ?? "none");
        }
    }

    private static void CheckSum(SafetensorsReader reader, long[] counts)
    {
        long rest = long.MaxValue;
        foreach (long count in counts)
        {
            rest -= Math.Max(0, count);   // the vocabulary refuses what is below 0
            if (rest < 0)
                throw Throw.ModelEntry(reader.Name, Counts, new OverflowException());
        }
    }

    private static long LossCount(SafetensorsReader reader) =>
        reader.TryGetEntry(Losses, out SafetensorsEntry? entry) && entry.ElementCount <= 1 << 17
            && entry.HasShape(entry.ElementCount)
            ? entry.ElementCount
            : throw Throw.ModelEntry(reader.Name, Losses, new FormatException());

    private static long Long(string text) => NumberText.ParseWhole<long>(text);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
