using Rnn.Core.Layers.Recurrent;
using Rnn.Samples.Common;
using static Rnn.Samples.Common.NumberOptions;

namespace Rnn.Samples.CharRnn;

/// <summary>The options that change a preset.</summary>
internal static class SettingOptions
{
    public static SettingList<TrainSettings> Create()
    {
        SettingList<TrainSettings> list = new();
        list.Add(Choice("--cell", "The recurrent cell.", "lstm", "gru", "rnn"),
            s => Name(s.Cell), (s, value) => s with { Cell = CellOf(value) });
        list.Add(Whole("--hidden", "Units of a layer.", 1, 65536),
            s => s.Hidden, (s, value) => s with { Hidden = value });
        list.Add(Whole("--layers", "Recurrent layers.", 1, 64),
            s => s.Layers, (s, value) => s with { Layers = value });
        list.Add(Number("--dropout", "Between layers and before the output.", 0, 0.99),
            s => s.Dropout, (s, value) => s with { Dropout = value });
        list.Add(Whole("--batch", "Pieces of the text read side by side.", 1, 65536),
            s => s.Batch, (s, value) => s with { Batch = value });
        list.Add(Whole("--length", "Characters of a window of truncated backpropagation.", 1, 65536),
            s => s.Length, (s, value) => s with { Length = value });
        list.Add(Whole("--epochs", "Passes over the text.", 1),
            s => s.Epochs, (s, value) => s with { Epochs = value, Steps = 0 });
        list.Add(WholeLong("--steps", "Steps of the whole run, instead of --epochs; 0 for the epochs.", 0),
            s => s.Steps, (s, value) => s with { Steps = value });
        list.Add(Positive("--lr", "The learning rate (its largest value, if it changes).", 100),
            s => s.Rate, (s, value) => s with { Rate = value });
        list.Add(Number("--clip", "Largest norm of a gradient; 0 for no limit.", 0, 1e30),
            s => s.Clip, (s, value) => s with { Clip = value });
        list.Add(WholeLong("--validate-every", "Steps between measurements of the validation loss; 0 for every epoch.",
            0), s => s.ValidateEvery, (s, value) => s with { ValidateEvery = value });
        list.Add(Whole("--patience",
            "Stops after so many measurements without a lower validation loss; 0 for never.", 0),
            s => s.Patience, (s, value) => s with { Patience = value });
        list.Add(WholeLong("--checkpoint-every", "Steps between checkpoints; 0 for every epoch.", 0),
            s => s.CheckpointEvery, (s, value) => s with { CheckpointEvery = value });
        return list;
    }

    /// <summary>The cell as options name it.</summary>
    public static string Name(RecurrentCell cell) => cell switch
    {
        RecurrentCell.Lstm => "lstm",
        RecurrentCell.Gru => "gru",
        _ => "rnn",
    };

    private static RecurrentCell CellOf(string name) => name switch
    {
        "lstm" => RecurrentCell.Lstm,
        "gru" => RecurrentCell.Gru,
        _ => RecurrentCell.RnnTanh,
    };
}
