using System;
using System.Collections.Generic;
using System.Threading;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Tensors;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Generation;

/// <summary>
/// Looks for the sequence of the highest score, log p / length^a: of all continuations of the sequences followed so far, the most probable ones
/// are followed, until no sequence can become better than those that have ended. The same model and options give the
/// same result; of equal probabilities the lower row, then the lower token comes first. Source: Graves, "Sequence
/// transduction with recurrent neural networks", 2012; the score is that of Sutskever et al. 2014 and Wu et al. 2016.
/// </summary>
public sealed class BeamSearch
{
    private readonly StepModel _model;
    private readonly BeamSearchOptions _options;
    private readonly Tensor _logits;         // [width, V]
    private readonly Candidate[] _best;      // [2*width], the best of a step, descending
    private readonly int[] _parents, _tokens;
    private Beam[] _live = [];

    /// <summary>A search with a model.</summary>
    /// <param name="model">At least as many rows as the width.</param>
    /// <param name="options">How; null is the default.</param>
    /// <exception cref="ArgumentException">An option is out of range, or the model has too few rows.</exception>
    public BeamSearch(StepModel model, BeamSearchOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        _options = options ?? new BeamSearchOptions();
        _options.Check();
        if (model.MaxRows < _options.Width)
            Throw.Outside(nameof(model.MaxRows), model.MaxRows, $"{_options.Width} or more (Width)");

        if (_options.EndToken >= model.Vocabulary)
            Throw.Outside(nameof(_options.EndToken), _options.EndToken.Value, $"0 to {model.Vocabulary - 1}");

        _model = model;
        _logits = new Tensor(_options.Width, model.Vocabulary);
        _best = new Candidate[2 * _options.Width];   // an end token takes no place of those that go on
        _parents = new int[_options.Width];
        _tokens = new int[_options.Width];
    }

    /// <summary>The best sequences after what the model has read in its one row.</summary>
    /// <param name="cancellation">Asked before each token.</param>
    /// <returns>1 to Width sequences, best first. The model has read some of them.</returns>
    /// <exception cref="InvalidOperationException">The model has read nothing, or has several rows.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IReadOnlyList<BeamSequence> Run(CancellationToken cancellation = default)
    {
        if (_model.Rows != 1)
            Throw.BeamRows(_model.Rows);

        List<BeamSequence> ended = [];
        _live = [new Beam([], 0)];
        for (int length = 1; length <= _options.MaxLength && _live.Length > 0; length++)
        {
            cancellation.ThrowIfCancellationRequested();
            int found = FindBest();
            List<Beam> next = [];
            for (int i = 0; i < found && next.Count < _options.Width; i++)
            {
                Candidate candidate = _best[i];
                Beam beam = new([.. _live[candidate.Row].Tokens, candidate.Token], candidate.LogProbability);
                if (candidate.Token == _options.EndToken)
                {
                    if (i < _options.Width)   // as if ended sequences were followed too
                        Insert(ended, Finish(beam, isEnded: true));
                }
                else
                {
                    _parents[next.Count] = candidate.Row;
                    _tokens[next.Count] = candidate.Token;
                    next.Add(beam);
                }
            }

            _live = [.. next];
            if (_live.Length == 0 || IsDecided(ended))
            {
                _live = [];
                break;
            }

            if (length < _options.MaxLength)
            {
                _model.Reorder(_parents.AsSpan(0, _live.Length));
                _model.Read(_tokens.AsSpan(0, _live.Length));
            }
        }

        foreach (Beam beam in _live)   // cut
            Insert(ended, Finish(beam, isEnded: false));

        return ended.Count > _options.Width ? ended[.._options.Width] : ended;
    }

    /// <summary>The 2*width most probable continuations of all live sequences, in order; how many there are.</summary>
    private int FindBest()
    {
        MatrixView logits = _logits.AsMatrix().Slice(0, _live.Length);
        _model.Logits(logits);
        int found = 0;
        for (int row = 0; row < _live.Length; row++)
        {
            ReadOnlySpan<float> x = logits.Row(row);
            double before = _live[row].LogProbability - Softmax.LogSumExp(x);
            if (!double.IsFinite(before))
                Throw.BeamNotFinite(row, before);

            for (int token = 0; token < x.Length; token++)
            {
                double logProbability = before + x[token];
                if (x[token] <= float.MinValue   // impossible: a logit of -Inf, or as low as a finite one can be
                    || (found == _best.Length && logProbability <= _best[^1].LogProbability))
                {
                    continue;
                }

                // Insertion: nearly all candidates fail the line above.
                int at = found < _best.Length ? found++ : found - 1;
                for (; at > 0 && _best[at - 1].LogProbability < logProbability; at--)
                    _best[at] = _best[at - 1];

                _best[at] = new Candidate(row, token, logProbability);
            }
        }

        return found;
    }

    /// <summary>Whether no live sequence can come among the best Width that have ended: log p only falls, and a longer
    /// sequence divides it by more.</summary>
    private bool IsDecided(List<BeamSequence> ended)
    {
        if (ended.Count < _options.Width)
            return false;

        double bound = _live[0].LogProbability / Math.Pow(_options.MaxLength, _options.LengthPenalty);
        return bound <= ended[_options.Width - 1].Score;
    }

    /// <summary>Best first; of equal scores the one that was found first.</summary>
    private static void Insert(List<BeamSequence> sequences, BeamSequence sequence)
    {
        int at = sequences.Count;
        while (at > 0 && sequences[at - 1].Score < sequence.Score)
            at--;

        sequences.Insert(at, sequence);
    }

    private BeamSequence Finish(Beam beam, bool isEnded) => new(beam.Tokens, beam.LogProbability,
        beam.LogProbability / Math.Pow(beam.Tokens.Length, _options.LengthPenalty), isEnded);

    private readonly record struct Candidate(int Row, int Token, double LogProbability);

    private sealed record Beam(int[] Tokens, double LogProbability);
}
