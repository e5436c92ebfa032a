using System;
using Rnn.Core.Buffers;
using Rnn.Core.Kernels.RandomNumbers;

namespace Rnn.Core.Kernels.WordVectors;

/// <summary>A word with its contexts: kept[First .. Last) without kept[Centre].</summary>
internal struct Window
{
    public int Centre;
    public int First;
    public int Last;

    /// <summary>Contexts of the piece's windows before.</summary>
    public int Before;

    public readonly int Contexts => Last - First - 1;
}

/// <summary>
/// The windows of a piece of text: a function of its entries, its place and the epoch alone (D38). A window reaches
/// neither beyond its sentence nor beyond the piece. Planned a little at a time, by threads that have nothing else to
/// do.
/// </summary>
internal sealed unsafe class WindowPiece
{
    /// <summary>Entries of the text in a piece.</summary>
    public const int Length = 2048;

    private const ulong FirstStream = 1UL << 32;   // far from the streams that other purposes count from 0
    private const ulong StreamsPerEpoch = 4;
    private const int MostRedraws = 16;

    private const int EntriesAtOnce = 192;   // about a microsecond, and whole groups of Philox
    private const int DrawsAtOnce = 96;      // the same
    private const int MostWindowsAtOnce = 16;

    private readonly WindowSettings _settings;
    private readonly int _wordsPerWindow;
    private readonly int _windowsAtOnce;
    private readonly uint[] _random;
    private readonly int[] _sentenceStarts = new int[Length];   // where the sentence of a kept word begins
    private readonly PinnedArray<int> _kept = new(Length);
    private readonly PinnedArray<int> _targets;
    private readonly PinnedArray<Window> _windows = new(Length);
    private int* _entries;
    private int _length;
    private ulong _stream;
    private ulong _position;
    private int _read;            // entries that were kept or not
    private int _keptCount;
    private int _sentenceStart;   // of the entries read last
    private int _drawn;           // kept words whose window was drawn
    private int _sentenceEnd;     // of the words drawn last

    public WindowPiece(WindowSettings settings)
    {
        _settings = settings;
        _wordsPerWindow = (1 + (2 * settings.Negatives) + 3) / 4 * 4;   // whole blocks of Philox
        _windowsAtOnce = Math.Clamp(DrawsAtOnce / (1 + settings.Negatives), 1, MostWindowsAtOnce);
        _random = new uint[Math.Max(EntriesAtOnce, _windowsAtOnce * _wordsPerWindow)];
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

    /// <summary>Contexts of all windows.</summary>
    public int Contexts { get; private set; }

    /// <summary>How far into the piece a kept word is, 0 to 1: about, as those that were left out aren't
    /// counted.</summary>
    public float Place(int word) => (float)word / _keptCount;

    /// <summary>Begins a plan.</summary>
    /// <param name="entries">Words, and negative numbers at ends of sentences. Read until all is planned.</param>
    /// <param name="length">At most <see cref="Length"/>.</param>
    /// <param name="epoch">Which run through the text.</param>
    /// <param name="position">The place of entries[0] in the text.</param>
    public void Begin(int* entries, int length, int epoch, long position)
    {
        _entries = entries;
        _length = length;
        _stream = FirstStream + (StreamsPerEpoch * (ulong)epoch);
        _position = (ulong)position;
        _read = _keptCount = _sentenceStart = _drawn = _sentenceEnd = Count = Contexts = 0;
    }

    /// <summary>Plans a little more.</summary>
    /// <returns>Whether all is planned.</returns>
    public bool Continue()
    {
        if (_read < _length)
            Keep(Math.Min(EntriesAtOnce, _length - _read));
        else if (_drawn < _keptCount)
            Draw(Math.Min(_windowsAtOnce, _keptCount - _drawn));

        return _read == _length && _drawn == _keptCount;
    }

    /// <summary>Frequent words are left out at random, before windows are drawn, so that windows reach
    /// further.</summary>
    private void Keep(int count)
    {
        PhiloxWords.Fill(_random.AsSpan(0, count), _settings.Seed, _stream, _position + (ulong)_read);
        uint[] random = _random, thresholds = _settings.KeepThresholds;
        int* to = Kept;
        int kept = _keptCount, start = _sentenceStart;
        for (int i = 0; i < count; i++)
        {
            int word = _entries[_read + i];
            if (word < 0)
            {
                start = kept;
                continue;
            }

            to[kept] = word;
            _sentenceStarts[kept] = start;
            kept += random[i] <= thresholds[word] ? 1 : 0;   // no branch: chance can't be predicted
        }

        _read += count;
        _keptCount = kept;
        _sentenceStart = start;
    }

    private void Draw(int count)
    {
        ulong firstWord = (_position + (ulong)_drawn) * (ulong)_wordsPerWindow;
        PhiloxWords.Fill(_random.AsSpan(0, count * _wordsPerWindow), _settings.Seed, _stream + 1, firstWord);
        int targets = _settings.Targets, windows = Count;
        int* to = Targets + ((long)windows * targets);
        fixed (uint* random = _random)
        fixed (AliasEntry* noise = _settings.Noise.Entries)
        {
            uint* r = random;
            for (int i = _drawn; i < _drawn + count; i++, r += _wordsPerWindow)
            {
                int start = _sentenceStarts[i];
                if (i >= _sentenceEnd)   // a new sentence: its end is sought
                {
                    _sentenceEnd = i + 1;
                    while (_sentenceEnd < _keptCount && _sentenceStarts[_sentenceEnd] == start)
                        _sentenceEnd++;
                }

                int reach = 1 + (int)(((ulong)r[0] * (uint)_settings.Reach) >> 32);
                Window window = new()
                {
                    Centre = i,
                    First = Math.Max(start, i - reach),
                    Last = Math.Min(_sentenceEnd, i + reach + 1),
                    Before = Contexts,
                };
                if (window.Contexts == 0)
                    continue;

                Contexts += window.Contexts;
                Windows[windows++] = window;
                Draw(to, i, r + 1, noise);
                to += targets;
            }
        }

        Count = windows;
        _drawn += count;
    }

    private void Draw(int* to, int place, uint* r, AliasEntry* noise)
    {
        int negatives = _settings.Negatives, targets = _settings.Targets, vocabulary = _settings.Noise.Count;
        int centre = Kept[place];
        to[0] = centre;
        for (int k = 0; k < negatives; k++)
        {
            int word = AliasTable.Sample(ref *noise, vocabulary, ((ulong)r[2 * k] << 32) | r[(2 * k) + 1]);
            to[1 + k] = word != centre
                ? word
                : Redraw(centre, _stream + 2, ((_position + (ulong)place) * (ulong)negatives) + (ulong)k);
        }

        if (negatives + 1 < targets)
            to[targets - 1] = vocabulary;
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
