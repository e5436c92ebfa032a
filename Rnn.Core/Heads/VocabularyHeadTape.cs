using Rnn.Core.Diagnostics;
using Rnn.Core.Layers;

namespace Rnn.Core.Heads;

/// <summary>
/// All the scratch of a <see cref="VocabularyHead"/>. Made by <see cref="VocabularyHead.CreateTape"/> and used with
/// that head only; one tape for each thread that runs it.
/// </summary>
public abstract class VocabularyHeadTape
{
    private protected VocabularyHeadTape(VocabularyHead head, int maxRows, TapeUse use)
    {
        if (maxRows <= 0)
            Throw.NotPositive(nameof(maxRows), maxRows);

        Head = head;
        MaxRows = maxRows;
        Use = use;
    }

    /// <summary>The most rows that Forward and ForwardBackward take.</summary>
    public int MaxRows { get; }

    /// <summary>What it was made for.</summary>
    public TapeUse Use { get; }

    /// <summary>The memory that it holds.</summary>
    public abstract long Bytes { get; }

    internal VocabularyHead Head { get; }
}
