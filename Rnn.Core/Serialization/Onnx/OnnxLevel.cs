using System;
using System.Collections.Generic;
using Rnn.Core.Diagnostics;
using Rnn.Core.Layers.Recurrent;

namespace Rnn.Core.Serialization.Onnx;

/// <summary>
/// What one operator of ONNX computes: a recurrent cell, or two of one kind that read the sequence from both ends.
/// </summary>
internal sealed class OnnxLevel
{
    private OnnxLevel(string name, params RecurrentCellLayer[] cells)
    {
        Name = name;
        Cells = cells;
    }

    /// <summary>The layer's name, for errors.</summary>
    public string Name { get; }

    /// <summary>The cell that reads forwards and, in both directions, the one that reads backwards.</summary>
    public RecurrentCellLayer[] Cells { get; }

    /// <summary>D, the number of directions.</summary>
    public int Directions => Cells.Length;

    /// <summary>H, the same in both directions.</summary>
    public int HiddenSize => Cells[0].HiddenSize;

    /// <summary>D*H.</summary>
    public int OutputSize => Directions * HiddenSize;

    /// <summary>Whether there is a c beside h.</summary>
    public bool HasCell => Cells[0].HasCell;

    /// <summary>The levels of a network, from the bottom up.</summary>
    /// <exception cref="ArgumentException">A layer has no operator.</exception>
    public static List<OnnxLevel> Of(SequenceLayer layer)
    {
        List<OnnxLevel> levels = [];
        Collect(layer, levels);
        return levels;
    }

    private static void Collect(SequenceLayer layer, List<OnnxLevel> levels)
    {
        switch (layer)
        {
            case RecurrentStack stack:
                foreach (SequenceLayer child in stack.Layers)
                    Collect(child, levels);

                break;
            case RecurrentCellLayer cell:
                levels.Add(new OnnxLevel(cell.Name, cell));
                break;
            case Bidirectional { Forwards: RecurrentCellLayer forwards, Backwards: RecurrentCellLayer backwards }
                when forwards.GetType() == backwards.GetType():
                levels.Add(new OnnxLevel(layer.Name, forwards, backwards));
                break;
            case Bidirectional both:
                Throw.OnnxDirections(both.Name, both.Forwards.GetType().Name, both.Backwards.GetType().Name);
                break;
            default:
                Throw.OnnxNoOperator(layer.Name, $"it is a {layer.GetType().Name}");
                break;
        }
    }
}
