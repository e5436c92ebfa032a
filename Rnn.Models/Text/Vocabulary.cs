using System;
using System.Buffers;
using System.Collections;
using System.Collections.Generic;
using System.Numerics;
using System.Text;
using System.Text.Json;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Text;

/// <summary>
/// The symbols a character model knows and their indices: a bijection between <see cref="Count"/> Unicode code points
/// and 0 .. Count-1. A symbol is a code point (<see cref="Rune"/>), so a character that takes two chars is never torn;
/// nothing is normalised: a letter with its accent as one code point and as two are different texts. Immutable.
/// </summary>
public sealed class Vocabulary
{
    private const int CodePoints = 0x110000;

    private readonly Rune[] _symbols;
    private readonly Dictionary<Rune, int> _indices;

    private Vocabulary(Rune[] symbols, Dictionary<Rune, int> indices, string text)
    {
        _symbols = symbols;
        _indices = indices;
        Symbols = text;
    }

    /// <summary>Number of symbols, at least 1: the width of a one-hot input and of the logits.</summary>
    public int Count => _symbols.Length;

    /// <summary>All symbols in the order of their indices, as one string: what a model file stores.</summary>
    public string Symbols { get; }

    /// <summary>The symbol with this index.</summary>
    /// <param name="index">0 to <see cref="Count"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such index.</exception>
    public Rune this[int index]
    {
        get
        {
            if ((uint)index >= (uint)_symbols.Length)
                Throw.SymbolOutside(nameof(index), index, Count);
            return _symbols[index];
        }
    }

    /// <summary>The code points of a text, in ascending order: the same text gives the same indices anywhere.</summary>
    /// <param name="text">At least one character. Read.</param>
    /// <exception cref="ArgumentException">The text is empty or holds a lone surrogate.</exception>
    public static Vocabulary FromText(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            Throw.NoSymbols(nameof(text));

        BitArray seen = new(CodePoints);
        for (int at = 0; at < text.Length;)
        {
            Rune symbol = Next(text, nameof(text), ref at);
            seen[symbol.Value] = true;
        }

        StringBuilder symbols = new();
        for (int value = 0; value < CodePoints; value++)
        {
            if (seen[value])
                symbols.Append(new Rune(value).ToString());
        }

        return FromSymbols(symbols.ToString());
    }

    /// <summary>The vocabulary that <see cref="Symbols"/> came from; the order of symbols is kept as it is.</summary>
    /// <param name="symbols">Each symbol once; its place, counted in code points, is its index.</param>
    /// <exception cref="ArgumentNullException"><paramref name="symbols"/> is null.</exception>
    /// <exception cref="ArgumentException">It is empty, repeats a symbol, or holds a lone surrogate.</exception>
    public static Vocabulary FromSymbols(string symbols)
    {
        ArgumentNullException.ThrowIfNull(symbols);
        if (symbols.Length == 0)
            Throw.NoSymbols(nameof(symbols));

        List<Rune> list = new(symbols.Length);
        Dictionary<Rune, int> indices = new(symbols.Length);
        for (int at = 0; at < symbols.Length;)
        {
            int position = at;
            Rune symbol = Next(symbols, nameof(symbols), ref at);
            if (!indices.TryAdd(symbol, list.Count))
                Throw.DuplicateSymbol(nameof(symbols), symbol, position);
            list.Add(symbol);
        }

        return new Vocabulary(list.ToArray(), indices, symbols);
    }

    /// <summary>Looks one symbol up.</summary>
    /// <param name="symbol">Any code point.</param>
    /// <param name="index">Its index, 0 to <see cref="Count"/> - 1; 0 when it is unknown. Overwritten.</param>
    /// <returns>Whether the vocabulary has the symbol.</returns>
    public bool TryGetIndex(Rune symbol, out int index) => _indices.TryGetValue(symbol, out index);

    /// <summary>The indices of a text's symbols, in order: one a code point.</summary>
    /// <param name="text">May be empty. Read.</param>
    /// <param name="skipUnknown">Leaves symbols out that the vocabulary lacks, instead of refusing them.</param>
    /// <exception cref="ArgumentException">
    /// The text holds a symbol that the vocabulary lacks (the message names it and its position in chars), or a lone
    /// surrogate, which is refused in either case.
    /// </exception>
    public int[] Encode(ReadOnlySpan<char> text, bool skipUnknown = false) => Encode<int>(text, skipUnknown);

    /// <summary>The same for a long text that is kept: a byte a symbol where the vocabulary has 256 at most, two bytes
    /// up to 65,536, four beyond.</summary>
    /// <exception cref="ArgumentException">As for <see cref="Encode(ReadOnlySpan{char}, bool)"/>.</exception>
    internal SymbolText EncodeText(ReadOnlySpan<char> text, bool skipUnknown = false) => Count switch
    {
        <= byte.MaxValue + 1 => SymbolText.Of<byte>(Encode<byte>(text, skipUnknown)),
        <= ushort.MaxValue + 1 => SymbolText.Of<ushort>(Encode<ushort>(text, skipUnknown)),
        _ => SymbolText.Of<int>(Encode<int>(text, skipUnknown)),
    };

    /// <summary>The number of a text's code points: its chars, but surrogates in pairs.</summary>
    internal static int CountCodePoints(ReadOnlySpan<char> text)
    {
        int count = text.Length;
        foreach (char c in text)
            count -= char.IsLowSurrogate(c) ? 1 : 0;
        return count;
    }

    private T[] Encode<T>(ReadOnlySpan<char> text, bool skipUnknown)
        where T : unmanaged, IBinaryInteger<T>
    {
        T[] indices = new T[CountCodePoints(text)];
        int count = 0;
        for (int at = 0; at < text.Length;)
        {
            int position = at;
            Rune symbol = Next(text, nameof(text), ref at);
            if (_indices.TryGetValue(symbol, out int index))
                indices[count++] = T.CreateTruncating(index);
            else if (!skipUnknown)
                Throw.UnknownSymbol(nameof(text), symbol, position, Count);
        }

        Array.Resize(ref indices, count);   // fewer where symbols are left out
        return indices;
    }

    /// <summary>The text of a sequence of indices: Decode(Encode(text)) = text.</summary>
    /// <param name="indices">Each 0 to <see cref="Count"/> - 1; may be empty. Read.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such index.</exception>
    public string Decode(ReadOnlySpan<int> indices)
    {
        StringBuilder text = new(indices.Length);
        Span<char> chars = stackalloc char[2];
        for (int i = 0; i < indices.Length; i++)
        {
            int index = indices[i];
            if ((uint)index >= (uint)_symbols.Length)
                Throw.SymbolOutside(nameof(indices), i, index, Count);
            text.Append(chars[.._symbols[index].EncodeToUtf16(chars)]);
        }

        return text.ToString();
    }

    /// <summary>The symbols as a JSON array of strings, in the order of their indices; ASCII only.</summary>
    internal string ToJson()
    {
        ArrayBufferWriter<byte> json = new();
        using (Utf8JsonWriter writer = new(json))
        {
            Span<char> chars = stackalloc char[2];
            writer.WriteStartArray();
            foreach (Rune symbol in _symbols)
                writer.WriteStringValue(chars[..symbol.EncodeToUtf16(chars)]);

            writer.WriteEndArray();
        }

        return Encoding.UTF8.GetString(json.WrittenSpan);
    }

    private static Rune Next(ReadOnlySpan<char> text, string what, ref int at)
    {
        if (Rune.DecodeFromUtf16(text[at..], out Rune symbol, out int length) != OperationStatus.Done)
            Throw.LoneSurrogate(what, text[at], at);
        at += length;
        return symbol;
    }
}
