using System;
using System.Collections.Generic;
using Rnn.Models.Embeddings;
using Rnn.Samples.Common;

namespace Rnn.Samples.Word2Vec;

/// <summary>Where the text comes from: files and folders, or, without any, what the preset names.</summary>
internal sealed record TextOptions(IReadOnlyList<string> Files, string? DataFolder, bool Download);

/// <summary>A training run.</summary>
/// <param name="Settings">What is computed.</param>
/// <param name="Apply">Other settings, with what the command line says instead.</param>
/// <param name="Difference">How the command line differs from the settings of a run that goes on; null if it
/// doesn't.</param>
/// <param name="Text">From what.</param>
/// <param name="Place">The folder for all results.</param>
/// <param name="AsText">Whether the vectors are written as text, not binary.</param>
/// <param name="Resume">Whether to go on with the interrupted run of the folder.</param>
/// <param name="Continue">A finished model to train further, with new words; null begins anew.</param>
/// <param name="ShowEvery">The lesson: steps between looks at the neighbours of some words.</param>
internal sealed record TrainArguments(TrainSettings Settings, Func<TrainSettings, TrainSettings> Apply,
    Func<TrainSettings, string?> Difference, TextOptions Text, RunPlace Place, bool AsText, bool Resume, string? Continue, int ShowEvery);

/// <summary>Which vectors a question is about.</summary>
/// <param name="Path">A file, or a folder of a training run.</param>
/// <param name="Limit">Reads the first so many; 0 for all.</param>
/// <param name="Tolerant">Whether odd rows of a file of vectors are skipped.</param>
internal sealed record VectorOptions(string Path, int Limit, bool Tolerant);

internal sealed record NeighboursArguments(VectorOptions Vectors, IReadOnlyList<string> Words, int Count);

internal sealed record AnalogyArguments(VectorOptions Vectors, string A, string B, string C, int Count,
    AnalogyMethod Method);

internal sealed record EvaluateArguments(VectorOptions Vectors, IReadOnlyList<string> Similarity, string? Analogies,
    int Restrict, bool IgnoreCase, AnalogyMethod Method);

internal sealed record ProjectArguments(VectorOptions Vectors, int Words, double? Perplexity, int Iterations,
    string Out);
