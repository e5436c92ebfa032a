using System;
using Rnn.Core.Layers.Recurrent;

namespace Rnn.Samples.Common;

/// <summary>The recurrent cells that an option names.</summary>
public static class RecurrentCells
{
    /// <summary>The words of --cell.</summary>
    public static (string Word, RecurrentCell Value)[] Choices { get; } =
        [("lstm", RecurrentCell.Lstm), ("gru", RecurrentCell.Gru), ("rnn", RecurrentCell.RnnTanh)];

    /// <summary>A cell's name for people: "LSTM".</summary>
    public static string Name(RecurrentCell cell) =>
        (Array.Find(Choices, one => one.Value == cell).Word ?? $"{cell}").ToUpperInvariant();
}
