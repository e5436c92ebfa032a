using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Rnn.Models.CharRnn;
using Rnn.Models.LanguageModels;
using Rnn.Models.ScriptGeneration;
using static System.FormattableString;

namespace Rnn.Samples.Server;

/// <summary>A model that writes, for any number of requests at once.</summary>
internal interface ITextWriter
{
    /// <summary>The model in a few words.</summary>
    string Description { get; }

    /// <summary>A prompt to try it with.</summary>
    string Prompt { get; }

    /// <summary>What comes after a prompt, piece by piece, written on the caller's thread.</summary>
    /// <param name="request">What to write; its limits are checked.</param>
    /// <param name="seed">The same seed gives the same text.</param>
    /// <param name="cancellation">Asked before each token.</param>
    /// <exception cref="System.ArgumentException">The model can't read the prompt, or an option is out of range.</exception>
    IEnumerable<string> Write(GenerateRequest request, ulong seed, CancellationToken cancellation);
}

/// <summary>A character model.</summary>
internal sealed class CharacterWriter(CharRnnModel model) : ITextWriter
{
    public string Description { get; } = Invariant($"characters, {model.Vocabulary.Count} known, ")
        + Invariant($"{model.Options.HiddenSize} units x {model.Options.Layers}, ")
        + Invariant($"{model.Parameters.Layout.ParameterCount} parameters");

    public string Prompt { get; } = model.Vocabulary.Encode("The ", skipUnknown: true).Length == 4 ? "The "
        : model.Vocabulary.Decode([0]);

    public IEnumerable<string> Write(GenerateRequest request, ulong seed, CancellationToken cancellation)
    {
        if (model.Vocabulary.Encode(request.Prompt, skipUnknown: true).Length == 0)
            throw new ArgumentException($"'prompt' has no character that the model knows; begin with some, such as '{Prompt}'.");

        return model.Stream(request.Prompt!, new CharRnnGenerationOptions
        {
            Length = request.Length,
            Sampling = request.Sampling,
            Seed = seed,
            Stop = request.Stop ?? [],
            SkipUnknown = true,
        }, cancellation);
    }
}

/// <summary>A language model of words.</summary>
internal sealed class ScriptWriter(LanguageModel model) : ITextWriter
{
    private readonly ScriptGenerator _generator = new(model);

    public string Description { get; } = Invariant($"words, {model.Vocabulary.Count} known, ")
        + Invariant($"{model.Options.HiddenSize} units x {model.Options.Layers}, ")
        + Invariant($"{model.Parameters.Layout.ParameterCount} parameters");

    public string Prompt => _generator.Speakers.Select(name => name + ":").FirstOrDefault("");

    public IEnumerable<string> Write(GenerateRequest request, ulong seed, CancellationToken cancellation)
    {
        if (request.Stop is { Count: > 0 })
            throw new ArgumentException("'stop' is for models of characters; this one writes words: leave it out.");

        return _generator.Stream(request.Prompt!, new ScriptGenerationOptions
        {
            Length = request.Length,
            Sampling = request.Sampling,
            Seed = seed,
        }, cancellation);
    }
}
