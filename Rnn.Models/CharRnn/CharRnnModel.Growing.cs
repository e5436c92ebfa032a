using System;
using System.Linq;
using System.Text;
using Rnn.Core.Parameters;
using Rnn.Core.Tensors;
using Rnn.Models.Text;

namespace Rnn.Models.CharRnn;

/// <content>More characters for a model that has learnt already.</content>
public sealed partial class CharRnnModel
{
    /// <summary>
    /// The same network for a text with more characters: what it knows keeps its weights, bit by bit, and its indices;
    /// new characters come after them, with initial weights. The model itself is not changed.
    /// </summary>
    /// <param name="text">Its characters are added, in ascending order, unless they are known.</param>
    /// <param name="seed">Of the new weights.</param>
    /// <returns>A new model, a copy if there is no new character.</returns>
    /// <exception cref="ArgumentException">The text holds a lone surrogate.</exception>
    public CharRnnModel WithCharacters(ReadOnlySpan<char> text, ulong seed = 1)
    {
        StringBuilder symbols = new(Vocabulary.Symbols);
        if (!text.IsEmpty)
        {
            foreach (Rune symbol in Vocabulary.FromText(text).Symbols.EnumerateRunes()
                .Where(symbol => !Vocabulary.TryGetIndex(symbol, out _)))
            {
                symbols.Append(symbol.ToString());
            }
        }

        CharRnnModel grown = new(Vocabulary.FromSymbols(symbols.ToString()), Options, seed);
        ParameterWriter writer = grown.Parameters.BeginWrite();
        foreach (ParameterSlot to in grown.Parameters.Layout.Slots)
        {
            ParameterSlot from = Parameters.Layout.Slots[to.Index];
            Copy(Parameters[from], writer[to]);
        }

        return grown;
    }

    // Rows of an input table, columns of the output's weights: the known ones come first in both.
    private static void Copy(ReadOnlyMatrixView from, MatrixView to)
    {
        for (int row = 0; row < from.Rows; row++)
            from.Row(row).CopyTo(to.Row(row));
    }
}
