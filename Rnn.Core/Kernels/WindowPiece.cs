using System;
using Rnn.Core.Buffers;

namespace Rnn.Core.Kernels;

/// <summary>A word with its contexts: kept[First .. Last) without kept[Centre].</summary>
internal struct Window
{
    public int Centre;
    public int First;
    public int Last;

    public readonly int Contexts => Last - First - 1;
}

/// <summary>
/// The windows of a piece of text: a function of its entries, its place and the epoch alone. A window reaches neither
/// beyond its sentence nor beyond the piece.
/// </summary>
internal sealed unsafe class WindowPiece
{
    /// <summary>Entries of the text in a piece.</summary>
    public const int Length = 2048;

    private const ulong FirstStream = 1UL << 32;   // far from the streams that other purposes count from 0
    private const ulong StreamsPerEpoch = 4;
    private const int MostRedraws = 16;

    private readonly WindowSettings _settings;
    private readonly int _wordsPerWindow;
    private readonly uint[] _random;
    private readonly int[] _sentenceStarts = new int[Length];
    private readonly PinnedArray<int> _kept = new(Length);
    private readonly PinnedArray<int> _targets;
    private readonly PinnedArray<Window> _windows = new(Length);

    public WindowPiece(WindowSettings settings)
    {
        _settings = settings;
        _wordsPerWindow = (1 + (2 * settings.Negatives) + 3) / 4 * 4;   // whole blocks of Philox
        _random = new uint[Length * _wordsPerWindow];
        _targets = new PinnedArray<int>(Length * settings.Targets);
    }

    /// <summary>How many windows there are.</summary>
    public int Count { get; private set; }

    /// <summary>The words that subsampling kept.</summary>
    public int* Kept => _kept.Pointer;

    /// <summary>[Count], in the order of the text.</summary>
    public Window* Windows => _windows.Pointer;

    /// <summary>[Count, J]: the centre, K negatives, and V, the row of zeros, where J is K + 2.</summary>
    public int* Targets => _targets.Pointer;

    /// <summary>Draws everything.</summary>
    /// <param name="entries">At most <see cref="Length"/>; words, and negative numbers at ends of sentences.
    /// Read.</param>
    /// <param name="epoch">Which run through the text.</param>
    /// <param name="position">The place of entries[0] in the text.</param>
    public void Plan(ReadOnlySpan<int> entries, int epoch, long position)
    {
        ulong stream = FirstStream + (StreamsPerEpoch * (ulong)epoch);
        int kept = Keep(entries, stream, (ulong)position);
        PhiloxWords.Fill(_random.AsSpan(0, kept * _wordsPerWindow), _settings.Seed, stream + 1,
            (ulong)position * (ulong)_wordsPerWindow);
        fixed (uint* random = _random)
        fixed (AliasEntry* noise = _settings.Noise.Entries)
        {
            Draw(kept, random, noise, stream + 2, (ulong)position);
        }
    }

    /// <summary>Frequent words are left out at random, before windows are drawn, so that windows reach
    /// further.</summary>
    private int Keep(ReadOnlySpan<int> entries, ulong stream, ulong position)
    {
        PhiloxWords.Fill(_random.AsSpan(0, entries.Length), _settings.Seed, stream, position);
        uint[] thresholds = _settings.KeepThresholds;
        int count = 0, start = 0;
        for (int i = 0; i < entries.Length; i++)
        {
            int word = entries[i];
            if (word < 0)
            {
                start = count;
            }
            else if (_random[i] <= thresholds[word])
            {
                _kept[count] = word;
                _sentenceStarts[count++] = start;
            }
        }

        return count;
    }

    private void Draw(int kept, uint* random, AliasEntry* noise, ulong redrawStream, ulong position)
    {
        int negatives = _settings.Negatives, targets = _settings.Targets, vocabulary = _settings.Noise.Count;
        int* words = Kept, to = Targets;
        Window* window = Windows;
        Count = 0;
        int end;
        for (int first = 0; first < kept; first = end)   // a sentence at a time
        {
            end = first + 1;
            while (end < kept && _sentenceStarts[end] == first)
                end++;

            for (int i = first; i < end; i++)
            {
                uint* r = random + ((long)i * _wordsPerWindow);
                int reach = 1 + (int)(((ulong)r[0] * (uint)_settings.Reach) >> 32);
                *window = new Window
                {
                    Centre = i,
                    First = Math.Max(first, i - reach),
                    Last = Math.Min(end, i + reach + 1),
                };
                if (window->Contexts == 0)
                    continue;

                int centre = words[i];
                to[0] = centre;
                for (int k = 0; k < negatives; k++)
                {
                    ulong bits = ((ulong)r[1 + (2 * k)] << 32) | r[2 + (2 * k)];
                    int word = AliasTable.Sample(ref *noise, vocabulary, bits);
                    to[1 + k] = word != centre
                        ? word
                        : Redraw(centre, redrawStream, ((position + (ulong)i) * (ulong)negatives) + (ulong)k);
                }

                if (negatives + 1 < targets)
                    to[targets - 1] = vocabulary;

                window++;
                to += targets;
                Count++;
            }
        }
    }

    /// <summary>A negative is never the centre: another is drawn.</summary>
    private int Redraw(int centre, ulong stream, ulong number)
    {
        Philox random = new(_settings.Seed, stream) { Position = number * (2 * MostRedraws) };
        for (int i = 0; i < MostRedraws; i++)
        {
            int word = _settings.Noise.Sample(ref random);
            if (word != centre)
                return word;
        }

        return (centre + 1) % _settings.Noise.Count;   // the centre has nearly all of the distribution
    }
}
