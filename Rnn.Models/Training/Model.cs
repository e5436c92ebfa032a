using System;
using System.Collections.Generic;
using System.IO;
using Rnn.Core.Layers;
using Rnn.Core.Parameters;
using Rnn.Models.Batching;
using Rnn.Models.Diagnostics;
using Rnn.Models.Saving;

namespace Rnn.Models.Training;

/// <summary>
/// A network for a task: its options, its parameters, one file that holds all of it, and the pass through it that a
/// <see cref="Trainer{TBatch}"/> drives. A constructor declares the layers, each with <see cref="Layout"/>, and ends with
/// <see cref="Complete"/>; <see cref="CreatePass"/> has the way forwards and back. Everything else is here (design
/// decision D51).
/// </summary>
/// <typeparam name="TOptions">The shape of the network: a record that is saved with it.</typeparam>
/// <typeparam name="TBatch">What it learns from in one step.</typeparam>
public abstract class Model<TOptions, TBatch>
    where TOptions : class
{
    // What is twice as bad as a guess, on the mean of some steps, won't come back.
    private const double DivergedTimesGuess = 2;

    private readonly ModelFormat<TOptions> _format;
    private readonly ModelReader<TOptions>? _file;
    private ParameterBuffer? _parameters;

    /// <summary>A model whose layers are declared next.</summary>
    /// <param name="format">Its kind of file.</param>
    /// <param name="options">Its shape; checked by the caller.</param>
    /// <param name="file">Where the values of its parameters are; null (the default): initial ones are drawn.</param>
    protected Model(ModelFormat<TOptions> format, TOptions options, ModelReader<TOptions>? file = null)
    {
        ArgumentNullException.ThrowIfNull(format);
        ArgumentNullException.ThrowIfNull(options);
        _format = format;
        _file = file;
        Options = options;
        Layout = file is null ? new ParameterLayout() : new ParameterLayout(file.Tensors.Entries.Count);
    }

    /// <summary>The shape of the network.</summary>
    public TOptions Options { get; }

    /// <summary>What it learns.</summary>
    public ParameterBuffer Parameters => _parameters ?? throw Throw.ModelNotComplete(GetType().Name);

    /// <summary>Where layers declare their parameters.</summary>
    protected ParameterLayout Layout { get; }

    /// <summary>Saves options, parameters and what the model adds: one safetensors file with PyTorch's names.</summary>
    /// <param name="path">Replaced atomically.</param>
    /// <exception cref="IOException">It can't be written; an older file is untouched.</exception>
    public void Save(string path) => Writer().Save(path);

    /// <summary>The same, to a stream.</summary>
    public void Save(Stream stream) => Writer().Save(stream);

    /// <summary>A pass through the network, with memory of its own.</summary>
    /// <param name="most">What no batch exceeds.</param>
    /// <param name="use">Whether it will train; by default it will. Evaluation alone takes less memory.</param>
    public abstract Pass<TBatch> CreatePass(BatchShape most, TapeUse use = TapeUse.Training);

    /// <summary>A trainer of this model.</summary>
    /// <param name="training">The batches of an epoch.</param>
    /// <param name="validation">The batches of a measurement, or null (the default) to train without.</param>
    /// <param name="options">How; null is the default.</param>
    /// <param name="data">What must agree when a run is resumed, besides the options of model and training: the data.
    /// Null (the default) is nothing.</param>
    /// <param name="guessLoss">The mean loss of a target for whoever knows nothing: training whose losses are twice as
    /// bad has diverged, unless the options say otherwise. 0 (the default) where there is no such number.</param>
    /// <exception cref="ArgumentException">An option is out of range, or there is no batch.</exception>
    public Trainer<TBatch> CreateTrainer(IBatches<TBatch> training, IBatches<TBatch>? validation = null,
        TrainingOptions? options = null, RunIdentity? data = null, double guessLoss = 0)
    {
        ArgumentNullException.ThrowIfNull(training);
        options = (options ?? new TrainingOptions()).Complete();
        if (options.DivergenceLoss == 0)
            options = options with { DivergenceLoss = DivergedTimesGuess * guessLoss };

        BatchShape most = validation is null ? training.Most : BatchShape.Max(training.Most, validation.Most);
        RunIdentity identity = new RunIdentity().Add(Options, _format.Json);
        foreach ((string name, string value) in data?.Entries ?? new Dictionary<string, string>())
            identity.Add(name, value);

        return new Trainer<TBatch>(CreatePass(most), training, validation, options, identity);
    }

    /// <summary>Ends the constructor: the parameters get their values, those of the file or initial ones.</summary>
    /// <param name="seed">Of the initial values.</param>
    /// <exception cref="InvalidDataException">The file has other tensors than this model.</exception>
    protected void Complete(ulong seed)
    {
        if (_file is not null)
        {
            _parameters = _file.Parameters(Layout);
            return;
        }

        _parameters = new ParameterBuffer(Layout);
        _parameters.Initialize(seed);
    }

    /// <summary>Adds to the file what the model needs besides options and parameters, such as a vocabulary; by default
    /// nothing.</summary>
    protected virtual void AddTo(ModelWriter file)
    {
    }

    private ModelWriter Writer()
    {
        ModelWriter writer = _format.CreateWriter(Options);
        AddTo(writer);
        writer.Add(Parameters);
        return writer;
    }
}
