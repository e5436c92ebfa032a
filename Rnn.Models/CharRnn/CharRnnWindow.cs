using Rnn.Core.Tensors;

namespace Rnn.Models.CharRnn;

/// <summary>What the layers of a <see cref="CharRnnModel"/> made of some characters of a text.</summary>
public readonly ref struct CharRnnWindow
{
    private readonly CharRnnReader _reader;

    internal CharRnnWindow(CharRnnReader reader, int first, int count)
    {
        _reader = reader;
        First = first;
        Count = count;
    }

    /// <summary>Which character of the text is the window's first, counted in code points from 0 (those that were
    /// skipped don't count).</summary>
    public int First { get; }

    /// <summary>How many characters, 1 or more.</summary>
    public int Count { get; }

    /// <summary>Number of recurrent layers.</summary>
    public int Layers => _reader.Layers;

    /// <summary>[Count, H]: row t is the layer's hidden state h after character First + t. Valid until the next
    /// window.</summary>
    /// <param name="layer">0, the lowest, to Layers - 1, the one that the prediction is made from.</param>
    public ReadOnlyMatrixView Hidden(int layer) => _reader.Hidden(layer);
}
