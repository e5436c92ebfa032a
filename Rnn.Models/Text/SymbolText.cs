using System;
using System.Numerics;

namespace Rnn.Models.Text;

/// <summary>
/// A long text, or a part of one, as symbols of a vocabulary, each as wide as the vocabulary needs. Parts share the
/// memory of the whole.
/// </summary>
internal abstract class SymbolText
{
    /// <summary>Number of symbols.</summary>
    public abstract int Length { get; }

    /// <summary>Symbols in memory of this width, which is kept, not copied.</summary>
    public static SymbolText Of<T>(ReadOnlyMemory<T> symbols)
        where T : unmanaged, IBinaryInteger<T> => new Symbols<T>(symbols);

    /// <summary>The part that begins at <paramref name="start"/>.</summary>
    public abstract SymbolText Slice(int start, int length);

    /// <summary>The symbols from <paramref name="start"/> on, as many as fill <paramref name="symbols"/>.</summary>
    public abstract void CopyTo(int start, Span<int> symbols);

    private sealed class Symbols<T>(ReadOnlyMemory<T> all) : SymbolText
        where T : unmanaged, IBinaryInteger<T>
    {
        public override int Length => all.Length;

        public override SymbolText Slice(int start, int length) => new Symbols<T>(all.Slice(start, length));

        public override void CopyTo(int start, Span<int> symbols)
        {
            ReadOnlySpan<T> from = all.Span.Slice(start, symbols.Length);
            for (int i = 0; i < symbols.Length; i++)
                symbols[i] = int.CreateTruncating(from[i]);
        }
    }
}
