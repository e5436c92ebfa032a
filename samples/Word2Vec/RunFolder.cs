using System;
using System.Collections.Generic;
using System.IO;
using Rnn.Models.Embeddings;
using Rnn.Models.Text;
using Rnn.Models.Word2Vec;
using Rnn.Samples.Common;

namespace Rnn.Samples.Word2Vec;

/// <summary>The files of a run.</summary>
internal sealed class RunFolder
{
    private const string ModelName = "model.safetensors", BinaryName = "vectors.bin", TextName = "vectors.txt";

    private readonly OutputFolder _folder;
    private readonly bool _asText;

    private RunFolder(OutputFolder folder, bool asText)
    {
        _folder = folder;
        _asText = asText;
    }

    public string Model => _folder.PathOf(ModelName);

    public string Vectors => _folder.PathOf(_asText ? TextName : BinaryName);

    public string Checkpoint => _folder.PathOf("checkpoint.safetensors");

    public string LossTable => _folder.PathOf("loss.csv");

    /// <exception cref="IOException">It can't be written to.</exception>
    public static RunFolder Create(string path, bool asText) => new(OutputFolder.Create(path), asText);

    /// <summary>The vectors of a run: the file of vectors, or else the model.</summary>
    public static string VectorsIn(string folder)
    {
        string binary = Path.Combine(folder, BinaryName), text = Path.Combine(folder, TextName);
        return File.Exists(binary) ? binary : File.Exists(text) ? text : Path.Combine(folder, ModelName);
    }

    /// <summary>The model of the run that was interrupted.</summary>
    /// <param name="apply">Adds what the command line says, which may only be what the run did.</param>
    /// <param name="settings">Those of the command line.</param>
    /// <exception cref="InvalidDataException">It is damaged, done, or was trained another way.</exception>
    public Word2VecModel LoadInterrupted(Func<TrainSettings, TrainSettings> apply, TrainSettings settings)
    {
        if (!File.Exists(Model))
        {
            throw new FileNotFoundException($"There is no model '{Model}' to go on with.");
        }

        Word2VecModel model = Word2VecModel.Load(Model);
        if (!model.IsTraining)
        {
            throw new InvalidDataException($"The run of '{Model}' is done: there is nothing to resume; --continue "
                + $"trains a model further.");
        }

        Word2VecOptions there = model.Options, asked = apply(settings.As(there)).Model();
        (string Name, object There, object Now)[] options =
        [
            ("architecture", there.Architecture, asked.Architecture),
            ("dimensions", there.Dimensions, asked.Dimensions),
            ("window", there.Window, asked.Window),
            ("negatives", there.Negatives, asked.Negatives),
            ("noise power", there.NoisePower, asked.NoisePower),
            ("sample", there.SubsamplingThreshold, asked.SubsamplingThreshold),
            ("epochs", there.Epochs, asked.Epochs),
            ("rate", there.LearningRate, asked.LearningRate),
            ("lowest rate", there.MinLearningRate, asked.MinLearningRate),
            ("shards", there.Shards, asked.Shards),
            ("seed", there.Seed, asked.Seed),
        ];
        foreach ((string name, object before, object now) in options)
        {
            if (!before.Equals(now))
            {
                throw new InvalidDataException(FormattableString.Invariant($"The run of '{Model}' has other options: ")
                    + FormattableString.Invariant($"{name} was {before} there and is {now} now."));
            }
        }

        return model;
    }

    /// <summary>A run that was interrupted is not overwritten.</summary>
    /// <exception cref="InvalidDataException">There is one.</exception>
    public void RefuseInterrupted()
    {
        if (File.Exists(Model) && IsInterrupted(Model))
        {
            throw new InvalidDataException($"'{Model}' is of a run that was interrupted: --resume goes on with it; to "
                + $"begin anew, name another folder with --out, or delete the file.");
        }
    }

    // They replace those of a run before.
    private void SavePhrases(IReadOnlyList<PhraseModel> passes)
    {
        for (int i = 0; i < passes.Count; i++)
        {
            passes[i].Save(_folder.PathOf(PhrasesName(i + 1)));
        }

        for (int pass = passes.Count + 1; File.Exists(_folder.PathOf(PhrasesName(pass))); pass++)
        {
            File.Delete(_folder.PathOf(PhrasesName(pass)));
        }
    }

    private static string PhrasesName(int pass) => FormattableString.Invariant($"phrases-{pass}.tsv");

    private static bool IsInterrupted(string model)
    {
        try
        {
            return Word2VecModel.IsInterrupted(model);
        }
        catch (InvalidDataException)
        {
            return false;   // no model of this kind: it is replaced
        }
    }

    /// <summary>The phrases that were joined in the text of a model, pass by pass.</summary>
    /// <param name="model">The file of the model.</param>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public static IReadOnlyList<PhraseModel> PhrasesOf(string model)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(model))!;
        List<PhraseModel> passes = [];
        for (string file; File.Exists(file = Path.Combine(folder, PhrasesName(passes.Count + 1)));)
        {
            passes.Add(PhraseModel.Load(file));
        }

        return passes;
    }

    /// <summary>Saves model, phrases and vectors; no table is copied.</summary>
    /// <exception cref="IOException">They can't be written.</exception>
    public void Save(Word2VecModel model, IReadOnlyList<PhraseModel> phrases)
    {
        SavePhrases(phrases);
        model.Save(Model);
        SaveVectors(model.Vocabulary.Words, model.Options.Dimensions, model.CopyVector);
    }

    /// <summary>Saves vectors, which replace those of a run before, in whichever format they were.</summary>
    /// <exception cref="IOException">They can't be written.</exception>
    public void SaveVectors(IReadOnlyList<string> words, int dimensions, Action<int, Span<float>> readRow)
    {
        if (_asText)
        {
            WordVectorsFile.WriteText(Vectors, words, dimensions, readRow, "_");
        }
        else
        {
            WordVectorsFile.WriteBinary(Vectors, words, dimensions, readRow, "_");
        }

        File.Delete(_folder.PathOf(_asText ? BinaryName : TextName));
    }

    public void SaveSummary(TrainSummary summary) => SummaryFile.Save(_folder.PathOf("summary.json"), summary);

    /// <summary>Draws a picture, or warns: the vectors are on the disk already.</summary>
    public void SavePicture(string name, WordMap map)
    {
        try
        {
            map.Save(_folder.PathOf(name));
        }
        catch (Exception e)   // of any kind: a missing native library or font says so in many ways
        {
            string reason = ErrorMessage.Sentence((e.InnerException ?? e).Message);
            Console.Error.WriteLine($"Warning: there is no picture {name}: {reason}");
        }
    }
}
