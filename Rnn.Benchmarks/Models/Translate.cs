using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Models.Generation;
using Rnn.Models.Translation;

namespace Rnn.Benchmarks.Models;

/// <summary>
/// Translates sentences side by side, as <see cref="Translator"/> does: each has as many words as its translation,
/// which the search may not end earlier. The model is untrained: the work is the same.
/// </summary>
public sealed class Translate : IWorkload
{
    /// <summary>Sentences of a step.</summary>
    public const int Sentences = 32;

    /// <summary>Targets that beam search follows.</summary>
    public const int Beams = 5;

    private readonly int[][] _sources;
    private readonly Action<IReadOnlyList<int[]>> _begin;
    private readonly BeamSearch _search;

    /// <summary>A translation.</summary>
    /// <param name="sizes">Of model and sentences.</param>
    /// <param name="width">Targets that are followed; 1 is greedy.</param>
    /// <param name="cached">Whether keys and values of what was read are kept, as ever; a Transformer may do
    /// without.</param>
    public Translate(TranslationSizes sizes, int width, bool cached = true)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        TranslationModel model = sizes.CreateModel(dropout: false);
        int[] tokens = sizes.CreateSources().Inputs(0);   // [S*B]
        _sources = [.. Enumerable.Range(0, Sentences)
            .Select(b => Enumerable.Range(0, sizes.Steps).Select(t => tokens[(t * sizes.B) + b]).ToArray())];
        StepModel steps;
        if (cached)
        {
            TranslationSteps product = new(model, Sentences, Sentences * width);
            (steps, _begin) = (product, product.Begin);
        }
        else
        {
            StepsWithoutCache without = new(model, Sentences, Sentences * width);
            (steps, _begin) = (without, without.Begin);
        }

        _search = new BeamSearch(steps, new() { Width = width, MaxLength = sizes.Steps });
    }

    public double Loss => double.NaN;

    /// <summary>The best target of each sentence of the last step, one after another.</summary>
    public IReadOnlyList<int> Result { get; private set; } = [];

    /// <summary>The natural logarithms of their probabilities.</summary>
    public IReadOnlyList<double> LogProbabilities { get; private set; } = [];

    public void Step()
    {
        _begin(_sources);
        IReadOnlyList<IReadOnlyList<BeamSequence>> found = _search.RunAll(default);
        Result = [.. found.SelectMany(best => best[0].Tokens)];
        LogProbabilities = [.. found.Select(best => best[0].LogProbability)];
    }
}
