using System;
using System.Collections.Generic;
using System.Threading;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Tensors;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Generation;

/// <summary>
/// Looks for the sequence of the highest score, log p / length^a (see <see cref="LengthNormalization"/>): of all
/// continuations of the sequences followed so far, the most probable ones are followed, until no sequence can become
/// better than those that have ended. Several searches run side by side, each as if it were alone. The same model and
/// options give the same result; of equal probabilities the lower row, then the lower token comes first. Source:
/// Graves, "Sequence transduction with recurrent neural networks", 2012; the score is that of Sutskever et al. 2014 and
/// Wu et al. 2016.
/// </summary>
public sealed class BeamSearch
{
    private const int ScannedTokens = 256;   // a block without any candidate costs its maximum alone

    private readonly StepModel _model;
    private readonly BeamSearchOptions _options;
    private readonly Candidate[] _best;      // [2*width], the best of a step, descending
    private Tensor _logits;                  // [rows, V]
    private int[] _parents, _tokens;         // [rows]

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

        return RunAll(default, cancellation)[0];
    }

    /// <summary>The best sequences after what the model has read in each of its rows.</summary>
    /// <param name="maxLengths">[Rows], the most tokens of a sequence after each row, at least 1; empty (the default):
    /// MaxLength of the options for all.</param>
    /// <param name="cancellation">Asked before each token.</param>
    /// <returns>For each row 1 to Width sequences, best first.</returns>
    /// <exception cref="InvalidOperationException">The model has read nothing.</exception>
    /// <exception cref="ArgumentException">The model can't have Width rows for each row, or there is another number of
    /// lengths, or one below 1.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IReadOnlyList<IReadOnlyList<BeamSequence>> RunAll(ReadOnlySpan<int> maxLengths,
        CancellationToken cancellation = default)
    {
        Search[] searches = Begin(maxLengths);
        int live = searches.Length;
        for (int length = 1; live > 0; length++)
        {
            cancellation.ThrowIfCancellationRequested();
            MatrixView logits = _logits.AsMatrix().Slice(0, live);
            _model.Logits(logits);
            int row = 0, next = 0;
            foreach (Search search in searches)
            {
                int rows = search.Live.Length;
                if (rows == 0)
                    continue;

                Follow(search, logits.Slice(row, rows), row, next);
                if (IsDecided(search))
                    search.Live = [];
                else if (length == search.MaxLength)
                    Cut(search);

                row += rows;
                next += search.Live.Length;
            }

            live = next;
            if (live > 0)
            {
                _model.Reorder(_parents.AsSpan(0, live));
                _model.Read(_tokens.AsSpan(0, live));
            }
        }

        return Array.ConvertAll(searches, search => search.Ended.Count > _options.Width
            ? search.Ended[.._options.Width]
            : (IReadOnlyList<BeamSequence>)search.Ended);
    }

    private Search[] Begin(ReadOnlySpan<int> maxLengths)
    {
        int count = _model.Rows;
        long rows = (long)count * _options.Width;
        if (_model.MaxRows < rows)
            Throw.Outside(nameof(_model.MaxRows), _model.MaxRows, $"{rows} or more ({count} rows * Width)");

        if (!maxLengths.IsEmpty && maxLengths.Length != count)
            Throw.Outside(nameof(maxLengths), maxLengths.Length, $"{count} lengths, one for each row");

        Search[] searches = new Search[count];
        for (int i = 0; i < count; i++)
        {
            int most = maxLengths.IsEmpty ? _options.MaxLength : maxLengths[i];
            Throw.IfBelow(nameof(maxLengths), most, 1);
            searches[i] = new Search(most);
        }

        if (_parents.Length < rows)
        {
            _logits = new Tensor((int)rows, _model.Vocabulary);
            _parents = new int[rows];
            _tokens = new int[rows];
        }

        return searches;
    }

    /// <summary>One more token of every live sequence of a search, whose rows begin at first: those that go on are
    /// written to the parents and tokens from next on.</summary>
    private void Follow(Search search, MatrixView logits, int first, int next)
    {
        int found = FindBest(search.Live, logits, first);
        List<Beam> live = [];
        for (int i = 0; i < found && live.Count < _options.Width; i++)
        {
            Candidate candidate = _best[i];
            Beam beam = new([.. search.Live[candidate.Row].Tokens, candidate.Token], candidate.LogProbability);
            if (candidate.Token == _options.EndToken)
            {
                if (i < _options.Width)   // as if ended sequences were followed too
                    Insert(search.Ended, Finish(beam, isEnded: true));

                if (_options.Width == 1)
                    break;   // greedy: the end was the most probable token
            }
            else
            {
                _parents[next + live.Count] = first + candidate.Row;
                _tokens[next + live.Count] = candidate.Token;
                live.Add(beam);
            }
        }

        search.Live = [.. live];
    }

    /// <summary>The 2*width most probable continuations of a search's live sequences, in order; how many there
    /// are.</summary>
    private int FindBest(Beam[] beams, MatrixView logits, int first)
    {
        int found = 0;
        for (int row = 0; row < beams.Length; row++)
        {
            ReadOnlySpan<float> x = logits.Row(row);
            double before = beams[row].LogProbability - Softmax.LogSumExp(x);
            if (!double.IsFinite(before))
                Throw.BeamNotFinite(first + row, before);

            for (int at = 0; at < x.Length; at += ScannedTokens)
            {
                ReadOnlySpan<float> block = x.Slice(at, Math.Min(ScannedTokens, x.Length - at));
                if (found == _best.Length && before + Reductions.Max(block) <= _best[^1].LogProbability)
                    continue;

                for (int i = 0; i < block.Length; i++)
                {
                    double logProbability = before + block[i];
                    if (block[i] > float.MinValue   // else impossible: a logit of -Inf, or as low as a finite one can be
                        && (found < _best.Length || logProbability > _best[^1].LogProbability))
                    {
                        found = Insert(new Candidate(row, at + i, logProbability), found);
                    }
                }
            }
        }

        return found;
    }

    /// <summary>Among the best so far, of which there are found, by insertion: nearly no candidate comes
    /// here.</summary>
    private int Insert(Candidate candidate, int found)
    {
        int at = found < _best.Length ? found++ : found - 1;
        for (; at > 0 && _best[at - 1].LogProbability < candidate.LogProbability; at--)
            _best[at] = _best[at - 1];

        _best[at] = candidate;
        return found;
    }

    /// <summary>Whether no live sequence can come among the best Width that have ended: log p only falls, and a longer
    /// sequence divides it by more.</summary>
    private bool IsDecided(Search search)
    {
        if (search.Live.Length == 0)
            return true;

        if (search.Ended.Count < _options.Width)
            return false;

        double bound = search.Live[0].LogProbability / _options.Divisor(search.MaxLength);
        return bound <= search.Ended[_options.Width - 1].Score;
    }

    private void Cut(Search search)
    {
        foreach (Beam beam in search.Live)
            Insert(search.Ended, Finish(beam, isEnded: false));

        search.Live = [];
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
        beam.LogProbability / _options.Divisor(beam.Tokens.Length), isEnded);

    private readonly record struct Candidate(int Row, int Token, double LogProbability);

    private sealed record Beam(int[] Tokens, double LogProbability);

    /// <summary>What is followed after one row, and what has ended.</summary>
    private sealed class Search(int maxLength)
    {
        public int MaxLength { get; } = maxLength;

        public Beam[] Live { get; set; } = [new Beam([], 0)];

        public List<BeamSequence> Ended { get; } = [];
    }
}
