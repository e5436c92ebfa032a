using System;
using System.Collections.Generic;
using System.IO;
using System.Text.Json;
using Rnn.Core.Serialization.Safetensors;
using Rnn.Models.Diagnostics;
using Rnn.Models.Saving;
using Rnn.Models.Text;
using Reader = Rnn.Models.Saving.ModelReader<Rnn.Models.Classification.LinearTextClassifierOptions>;

namespace Rnn.Models.Classification;

/// <content>The file: words as JSON, n-grams as pairs of numbers, weights.</content>
public sealed partial class LinearTextClassifier
{
    private const string WordsKey = "words";
    private const string Parents = "ngrams.parent", LastWords = "ngrams.word", Weights = "weight", Biases = "bias";
    private const string Epochs = "solution.epochs", Objectives = "solution.objective", Gaps = "solution.gap";

    /// <summary>Its kind of file.</summary>
    public static ModelFormat<LinearTextClassifierOptions> Format { get; } =
        new("linear-text-classifier/1", LinearTextClassifierJson.Default.LinearTextClassifierOptions);

    /// <summary>A saved classifier.</summary>
    /// <param name="path">Its file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is damaged, altered, or of another format.</exception>
    public static LinearTextClassifier Load(string path) => Format.Open(path).Make(Make);

    /// <summary>The same, from a stream.</summary>
    /// <param name="stream">Read to its end.</param>
    /// <param name="name">What errors call it; "stream" by default.</param>
    public static LinearTextClassifier Load(Stream stream, string name = "stream") =>
        Format.Read(stream, name).Make(Make);

    /// <summary>Saves all of it: one safetensors file.</summary>
    /// <param name="path">Replaced atomically.</param>
    /// <exception cref="IOException">It can't be written; an older file is untouched.</exception>
    public void Save(string path) => Writer().Save(path);

    /// <summary>The same, to a stream.</summary>
    public void Save(Stream stream) => Writer().Save(stream);

    private ModelWriter Writer()
    {
        ModelWriter file = Format.CreateWriter(Options);
        file.Add(WordsKey, JsonSerializer.Serialize(_words, LinearTextClassifierJson.Default.StringArray));
        int[] numbers = new int[_table.Count];
        for (int j = 0; j < numbers.Length; j++)
            numbers[j] = _table.Parent(j);
        file.Tensors.Add(Parents, [numbers.Length], numbers);
        for (int j = 0; j < numbers.Length; j++)
            numbers[j] = _table.Word(j);
        file.Tensors.Add(LastWords, [numbers.Length], numbers);
        file.Tensors.AddRows(Weights, _weights.Length, _table.Count, (k, row) => _weights[k].CopyTo(row));
        file.Tensors.Add(Biases, [_intercepts.Length], _intercepts);
        int[] epochs = new int[_weights.Length];
        double[] objectives = new double[_weights.Length], gaps = new double[_weights.Length];
        for (int k = 0; k < epochs.Length; k++)
            (epochs[k], objectives[k], gaps[k], _) = Solutions[k];
        file.Tensors.Add(Epochs, [epochs.Length], epochs);
        file.Tensors.Add(Objectives, [epochs.Length], objectives);
        file.Tensors.Add(Gaps, [epochs.Length], gaps);
        return file;
    }

    private static LinearTextClassifier Make(Reader file)
    {
        file.Options.Check();
        SafetensorsReader tensors = file.Tensors;
        string[] words = file.Entry(WordsKey, ParseWords);
        Dictionary<string, int> numbers = new(words.Length, StringComparer.Ordinal);
        for (int i = 0; i < words.Length; i++)
        {
            if (words[i] is null || !numbers.TryAdd(words[i], i))
                throw Throw.ModelEntry(file.Name, WordsKey, new FormatException());
        }

        // Shapes that agree first, then memory: a tensor of such a shape has its bytes in the file (D46).
        long count = tensors.TryGetEntry(Parents, out SafetensorsEntry? entry) ? entry.ElementCount : 0;
        long scores = tensors.TryGetEntry(Biases, out entry) ? entry.ElementCount : 0;
        if (scores is < 1 or 2 or > int.MaxValue)
            Throw.ModelSize(file.Name, $"{scores} scores", "1, or 3 and more", $"{scores}");
        CheckShape(tensors, count, scores, Parents, count);
        CheckShape(tensors, count, scores, LastWords, count);
        CheckShape(tensors, count, scores, Weights, scores, count);
        foreach (string name in (string[])[Biases, Epochs, Objectives, Gaps])
            CheckShape(tensors, count, scores, name, scores);

        NGramTable table = ReadTable(file, checked((int)count), words.Length);
        float[][] weights = new float[scores][];
        Array.Fill(weights, []);   // of no n-grams there are no rows
        tensors.ReadRows(Weights, (k, row) => weights[k] = row.ToArray());
        double[] intercepts = Doubles(file, Biases, (int)scores), objectives = Doubles(file, Objectives, (int)scores),
            gaps = Doubles(file, Gaps, (int)scores);
        foreach (float[] row in weights)
        {
            if (row.AsSpan().ContainsAnyExceptInRange(float.MinValue, float.MaxValue))
                throw Throw.ModelEntry(file.Name, Weights, new FormatException());
        }

        int[] epochs = new int[scores];
        tensors.CopyTo(Epochs, epochs);
        LinearSolution[] solutions = new LinearSolution[scores];
        for (int k = 0; k < solutions.Length; k++)
        {
            bool converged = gaps[k] <= file.Options.Tolerance * objectives[k];
            solutions[k] = new LinearSolution(epochs[k], objectives[k], gaps[k], converged);
        }

        return new LinearTextClassifier(file.Options, words, numbers, table, weights, intercepts, solutions);
    }

    // Each number must name what is there already, be new, and belong to an n-gram that is not too long.
    private static NGramTable ReadTable(Reader file, int count, int words)
    {
        int[] parents = new int[count], lastWords = new int[count];
        file.Tensors.CopyTo(Parents, parents);
        file.Tensors.CopyTo(LastWords, lastWords);
        NGramTable table = new(count);
        byte[] orders = new byte[count];
        for (int j = 0; j < count; j++)
        {
            if (parents[j] < NGramTable.Root || parents[j] >= j)
                throw Throw.ModelEntry(file.Name, Parents, new FormatException());
            if ((uint)lastWords[j] >= (uint)words)
                throw Throw.ModelEntry(file.Name, LastWords, new FormatException());
            orders[j] = (byte)(parents[j] == NGramTable.Root ? 1 : orders[parents[j]] + 1);
            if (orders[j] > file.Options.MaxN || table.FindOrAdd(parents[j], lastWords[j]) != j)
                throw Throw.ModelEntry(file.Name, Parents, new FormatException());
        }

        return table;
    }

    private static double[] Doubles(Reader file, string name, int count)
    {
        double[] values = new double[count];
        file.Tensors.CopyTo(name, values.AsSpan());
        foreach (double value in values)
        {
            if (!double.IsFinite(value))
                throw Throw.ModelEntry(file.Name, name, new FormatException());
        }

        return values;
    }

    private static string[] ParseWords(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, LinearTextClassifierJson.Default.StringArray)
                ?? throw new FormatException();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)   // the latter of halves of characters
        {
            throw new FormatException("no JSON", e);
        }
    }

    private static void CheckShape(SafetensorsReader reader, long count, long scores, string name,
        params ReadOnlySpan<long> shape)
    {
        if (!reader.TryGetEntry(name, out SafetensorsEntry? entry) || !entry.HasShape(shape))
        {
            Throw.ModelSize(reader.Name, $"{scores} scores of {count} n-grams",
                $"a tensor '{name}' of [{string.Join(", ", shape.ToArray())}]", entry?.ToString() ?? "none");
        }
    }
}
