using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Rnn.Models.Embeddings.Files;
using Rnn.Models.Text.Phrases;
using Rnn.Models.Word2Vec;
using Rnn.Samples.Common;

namespace Rnn.Samples.Word2Vec;

/// <summary>The files of a run.</summary>
/// <param name="folder">Where.</param>
/// <param name="asText">Whether the vectors are written as text, not binary.</param>
internal sealed class WordFiles(RunFolder folder, bool asText)
{
    /// <summary>Where a run writes if nobody says where.</summary>
    public const string DefaultFolder = "out/word2vec";

    private const string BinaryName = "vectors.bin", TextName = "vectors.txt";

    /// <summary>All that a run writes.</summary>
    public static RunFiles All { get; } = RunFiles.Usual.With([BinaryName, TextName], "phrases-*.tsv", "classes.png");

    /// <summary>The folder itself.</summary>
    public RunFolder Folder => folder;

    public string Model => folder.PathOf(RunFiles.Model);

    public string Vectors => folder.PathOf(asText ? TextName : BinaryName);

    public string Checkpoint => folder.PathOf(RunFiles.Checkpoint);

    /// <summary>The newest run of those that nobody gave a folder.</summary>
    public static string Newest() => RunFolder.Newest(DefaultFolder, RunFiles.Model)
        ?? RunFolder.Newest(DefaultFolder, BinaryName) ?? DefaultFolder;

    /// <summary>
    /// The vectors of a run: the newer file of vectors; the model, if there is none or the model is newer, as after a
    /// kill between the two.
    /// </summary>
    public static string VectorsIn(string run)
    {
        string model = Path.Combine(run, RunFiles.Model), checkpoint = Path.Combine(run, RunFiles.Checkpoint);
        string? vectors = new[] { Path.Combine(run, BinaryName), Path.Combine(run, TextName) }
            .Where(File.Exists).MaxBy(File.GetLastWriteTimeUtc);
        if (vectors is null)
            return model;

        if (IsNewer(model, vectors))
        {
            Screen.Warn($"'{vectors}' is older than '{model}': the model is read instead (train --resume writes the "
                + $"vectors again).");
            return model;
        }

        if (!File.Exists(model) && IsNewer(checkpoint, vectors))
        {
            Screen.Warn($"'{vectors}' is older than '{checkpoint}', and of an earlier state of the run: train --resume "
                + $"writes the vectors again.");
        }

        return vectors;
    }

    /// <summary>The model of the run that was interrupted, or that ended before all its files were there.</summary>
    /// <param name="arguments">The command line, which may only ask for what the run did.</param>
    /// <exception cref="InvalidDataException">It is damaged, or was trained another way.</exception>
    public Word2VecModel LoadInterrupted(TrainArguments arguments)
    {
        if (!File.Exists(Model))
            throw new FileNotFoundException($"There is no model '{Model}' to go on with.");

        Word2VecModel model = Word2VecModel.Load(Model);
        TrainSettings there = arguments.Settings with { Model = model.Options };
        return arguments.Difference(there) is { } difference
            ? throw new InvalidDataException($"The run of '{Model}' has other options: {difference}.")
            : model;
    }

    private static bool IsNewer(string file, string than) =>
        File.Exists(file) && File.GetLastWriteTimeUtc(file) > File.GetLastWriteTimeUtc(than);

    // They replace those of a run before.
    private void SavePhrases(IReadOnlyList<PhraseModel> passes)
    {
        for (int i = 0; i < passes.Count; i++)
            passes[i].Save(folder.PathOf(PhrasesName(i + 1)));

        for (int pass = passes.Count + 1; File.Exists(folder.PathOf(PhrasesName(pass))); pass++)
            File.Delete(folder.PathOf(PhrasesName(pass)));
    }

    // Of one time, vectors and model are of one state. Where times can't be set, the model is read.
    private static void SetTime(string path, DateTime time)
    {
        try
        {
            File.SetLastWriteTimeUtc(path, time);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    private static string PhrasesName(int pass) => FormattableString.Invariant($"phrases-{pass}.tsv");

    /// <summary>
    /// Saves phrases (for people: the model has its own), vectors, and the model last: whoever finds a model that is
    /// done finds its vectors, wherever the process was killed. No table is copied.
    /// </summary>
    /// <exception cref="IOException">They can't be written.</exception>
    public void Save(Word2VecModel model)
    {
        SavePhrases(model.Phrases);
        SaveVectors(model.Vocabulary.Words, model.Options.Dimensions, model.CopyVector);
        model.Save(Model);
        SetTime(Vectors, File.GetLastWriteTimeUtc(Model));
    }

    /// <summary>Saves vectors, which replace those of a run before, in whichever format they were.</summary>
    /// <exception cref="IOException">They can't be written.</exception>
    public void SaveVectors(IReadOnlyList<string> words, int dimensions, Action<int, Span<float>> readRow)
    {
        if (asText)
            WordVectorsFile.WriteText(Vectors, words, dimensions, readRow, "_");
        else
            WordVectorsFile.WriteBinary(Vectors, words, dimensions, readRow, "_");

        File.Delete(folder.PathOf(asText ? BinaryName : TextName));
    }
}
