using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Rnn.Core.Kernels;
using Rnn.Core.Serialization;
using Rnn.Models.Diagnostics;
using Rnn.Models.Text;

namespace Rnn.Models.Word2Vec;

/// <summary>The file of a <see cref="Word2VecModel"/>.</summary>
internal static class Word2VecFile
{
    private const string FormatKey = "rnn.model";
    private const string Format = "word2vec/1";
    private const string Input = "in.weight", Output = "out.weight", Counts = "counts", Losses = "epoch_losses";
    private const string PhrasePasses = "phrase_passes";
    private const char Between = '\n';
    private const int MaxPhrasePasses = 1000;

    public static SafetensorsWriter Writer(Word2VecModel model)
    {
        Word2VecOptions options = model.Options;
        WordVocabulary vocabulary = model.Vocabulary;
        SafetensorsWriter writer = new() { AddChecksum = true };
        IDictionary<string, string> metadata = writer.Metadata;
        metadata["format"] = "pt";
        metadata[FormatKey] = Format;
        metadata["architecture"] = options.Architecture.ToString();
        metadata["dimensions"] = Text(options.Dimensions);
        metadata["window"] = Text(options.Window);
        metadata["negatives"] = Text(options.Negatives);
        metadata["noise_power"] = Text(options.NoisePower);
        metadata["subsampling"] = Text(options.SubsamplingThreshold);
        metadata["epochs"] = Text(options.Epochs);
        metadata["learning_rate"] = Text(options.LearningRate);
        metadata["min_learning_rate"] = Text(options.MinLearningRate);
        metadata["seed"] = options.Seed.ToString(CultureInfo.InvariantCulture);
        metadata["shards"] = Text(options.ActualShards);
        (long corpusLength, ulong fingerprint, long position, double lossSum, long lossCount) = model.RunState;
        metadata["run.corpus_length"] = Text(corpusLength);
        metadata["run.corpus_fingerprint"] = fingerprint.ToString(CultureInfo.InvariantCulture);
        metadata["run.position"] = Text(position);
        metadata["run.loss_sum"] = Text(lossSum);
        metadata["run.loss_count"] = Text(lossCount);
        if (vocabulary.Words.FirstOrDefault(word => word.Contains(Between, StringComparison.Ordinal)) is { } torn)
            Throw.WordWithLineFeed(torn);

        metadata["vocabulary"] = string.Join(Between, vocabulary.Words);
        writer.Add(Counts, [vocabulary.Count], vocabulary.Counts);
        writer.Add(Losses, [model.Losses.Count], [.. model.Losses]);
        writer.AddRows(Input, vocabulary.Count, options.Dimensions,
            (row, values) => model.Tables.ReadInput((int)row, values));
        writer.AddRows(Output, vocabulary.Count, options.Dimensions,
            (row, values) => model.Tables.ReadOutput((int)row, values));
        metadata[PhrasePasses] = Text(model.Phrases.Count);
        for (int pass = 0; pass < model.Phrases.Count; pass++)
            metadata[PhraseTable(pass)] = model.Phrases[pass].ToTable();

        return writer;
    }

    public static bool IsInterrupted(string path)
    {
        SafetensorsReader reader = SafetensorsReader.Open(path);
        CheckFormat(reader);
        return Entry(reader, "run.corpus_length", Long) > 0;
    }

    public static IReadOnlyList<PhraseModel> PhrasesOf(string path)
    {
        SafetensorsReader reader = SafetensorsReader.Open(path);
        CheckFormat(reader);
        return ReadPhrases(reader);
    }

    public static Word2VecModel Load(SafetensorsReader reader)
    {
        CheckFormat(reader);
        if (!reader.VerifyChecksum())
            Throw.ModelWithoutChecksum(reader.Name);

        Word2VecOptions options = new()
        {
            Architecture = Entry(reader, "architecture", Enum.Parse<Word2VecArchitecture>),
            Dimensions = Entry(reader, "dimensions", Int),
            Window = Entry(reader, "window", Int),
            Negatives = Entry(reader, "negatives", Int),
            NoisePower = Entry(reader, "noise_power", Double),
            SubsamplingThreshold = Entry(reader, "subsampling", Double),
            Epochs = Entry(reader, "epochs", Int),
            LearningRate = Entry(reader, "learning_rate", Double),
            MinLearningRate = Entry(reader, "min_learning_rate", Double),
            Seed = Entry(reader, "seed", ULong),
            Shards = Entry(reader, "shards", Int),
        };
        string[] words = Entry(reader, "vocabulary", text => text.Split(Between));
        CheckShape(reader, Counts, words.Length);
        CheckShape(reader, Input, words.Length, options.Dimensions);
        CheckShape(reader, Output, words.Length, options.Dimensions);
        try
        {
            long[] counts = new long[words.Length];
            reader.CopyTo(Counts, counts.AsSpan());
            CheckSum(reader, counts);
            Word2VecModel model = Word2VecModel.Empty(WordVocabulary.FromWords(words, counts), options);
            reader.ReadRows(Input, (row, values) => model.Tables.WriteInput((int)row, values));
            reader.ReadRows(Output, (row, values) => model.Tables.WriteOutput((int)row, values));
            ReadRun(reader, model);
            model.Phrases = ReadPhrases(reader);
            return model;
        }
        catch (ArgumentException e)
        {
            throw Throw.ModelEntry(reader.Name, (e as ArgumentOutOfRangeException)?.ParamName ?? "size", e);
        }
    }

    private static void CheckFormat(SafetensorsReader reader)
    {
        if (reader.Metadata.GetValueOrDefault(FormatKey) != Format)
            Throw.NotAWord2Vec(reader.Name, Format, reader.Metadata.GetValueOrDefault(FormatKey));
    }

    private static PhraseModel[] ReadPhrases(SafetensorsReader reader)
    {
        int passes = reader.Metadata.ContainsKey(PhrasePasses) ? Entry(reader, PhrasePasses, Int) : 0;
        if (passes is < 0 or > MaxPhrasePasses)
            throw Throw.ModelEntry(reader.Name, PhrasePasses, new FormatException());
        PhraseModel[] phrases = new PhraseModel[passes];
        for (int pass = 0; pass < passes; pass++)
        {
            string name = PhraseTable(pass);
            phrases[pass] = PhraseModel.FromTable(Entry(reader, name, text => text), $"{reader.Name}: {name}");
        }

        return phrases;
    }

    private static string PhraseTable(int pass) => FormattableString.Invariant($"phrases.{pass + 1}");

    private static void ReadRun(SafetensorsReader reader, Word2VecModel model)
    {
        double[] losses = new double[LossCount(reader)];
        reader.CopyTo(Losses, losses.AsSpan());
        long corpusLength = Entry(reader, "run.corpus_length", Long), position = Entry(reader, "run.position", Long);
        bool isValid = corpusLength == 0
            ? position == 0
            : losses.Length < model.Options.Epochs && position >= 0 && position < corpusLength
                && position % WindowTrainer.PieceLength == 0;
        if (!isValid)
            throw Throw.ModelEntry(reader.Name, "run.position", new FormatException());

        double lossSum = Entry(reader, "run.loss_sum", Double);
        long lossCount = Entry(reader, "run.loss_count", Long);
        if (!double.IsFinite(lossSum))
            throw Throw.ModelEntry(reader.Name, "run.loss_sum", new FormatException());

        if (lossCount < 0)
            throw Throw.ModelEntry(reader.Name, "run.loss_count", new FormatException());

        model.Losses.AddRange(losses);
        ulong fingerprint = corpusLength == 0 ? 0 : Entry(reader, "run.corpus_fingerprint", ULong);
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

    private static T Entry<T>(SafetensorsReader reader, string key, Func<string, T> parse)
    {
        try
        {
            return parse(reader.Metadata[key]);
        }
        catch (Exception e) when (e is KeyNotFoundException or ArgumentException or FormatException
            or OverflowException)
        {
            throw Throw.ModelEntry(reader.Name, key, e);
        }
    }

    private static int Int(string text) => NumberText.ParseWhole<int>(text);

    private static long Long(string text) => NumberText.ParseWhole<long>(text);

    private static ulong ULong(string text) => NumberText.ParseWhole<ulong>(text);

    private static double Double(string text) => NumberText.Parse<double>(text);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);
}
