using System.Collections.Generic;

namespace Rnn.Core.Serialization.Onnx;

/// <summary>
/// The state of a recurrent layer in an <see cref="OnnxNetwork"/>: h, and of LSTM cells c, of every level.
/// <see cref="OnnxNetwork.State(Layers.Recurrent.SequenceLayer, string)"/> makes one that the caller gives; Add leaves
/// the one after the last step.
/// </summary>
public sealed class OnnxState
{
    internal OnnxState(List<OnnxLevel> levels, OnnxValue[] hidden, OnnxValue?[] cells)
    {
        Levels = levels;
        Hidden = hidden;
        Cells = cells;
    }

    /// <summary>Whose it is, from the bottom up.</summary>
    internal List<OnnxLevel> Levels { get; }

    /// <summary>h [D, B, H] of each level.</summary>
    internal OnnxValue[] Hidden { get; }

    /// <summary>c [D, B, H] of each level; null where a level has none.</summary>
    internal OnnxValue?[] Cells { get; }

    /// <summary>Whether it has the shapes of these levels' state.</summary>
    internal bool Fits(List<OnnxLevel> levels)
    {
        if (levels.Count != Levels.Count)
            return false;

        for (int i = 0; i < levels.Count; i++)
        {
            if (Shape(levels[i]) != Shape(Levels[i]))
                return false;
        }

        return true;

        static (int, int, bool) Shape(OnnxLevel level) => (level.Directions, level.HiddenSize, level.HasCell);
    }
}
