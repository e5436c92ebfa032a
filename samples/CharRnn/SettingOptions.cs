using System.CommandLine;
using Rnn.Core.Layers;
using static Rnn.Samples.Common.NumberOptions;

namespace Rnn.Samples.CharRnn;

/// <summary>The options that change a preset.</summary>
internal sealed class SettingOptions
{
    private readonly Option<string?> _cell = Choice("--cell", "The recurrent cell.", "lstm", "gru", "rnn");
    private readonly Option<int?> _hidden = Whole("--hidden", "Units of a layer.", 1, 65536);
    private readonly Option<int?> _layers = Whole("--layers", "Recurrent layers.", 1, 64);
    private readonly Option<double?> _dropout = Number("--dropout", "Between layers and before the output.", 0, 0.99);
    private readonly Option<int?> _batch = Whole("--batch", "Pieces of the text read side by side.", 1, 65536);
    private readonly Option<int?> _length =
        Whole("--length", "Characters of a window of truncated backpropagation.", 1, 65536);

    private readonly Option<int?> _epochs = Whole("--epochs", "Passes over the text.", 1);
    private readonly Option<int?> _steps = Whole("--steps", "Steps of the whole run, instead of --epochs.", 1);
    private readonly Option<double?> _rate =
        Number("--lr", "The learning rate (its largest value, if it changes).", 0, 100);

    private readonly Option<double?> _clip = Number("--clip", "Largest norm of a gradient; 0 for no limit.", 0, 1e30);
    private readonly Option<int?> _validateEvery =
        Whole("--validate-every", "Steps between measurements of the validation loss; 0 for every epoch.", 0);

    private readonly Option<int?> _patience =
        Whole("--patience", "Stops after so many measurements without a lower validation loss; 0 for never.", 0);

    private readonly Option<int?> _checkpointEvery =
        Whole("--checkpoint-every", "Steps between checkpoints; 0 for every epoch.", 0);

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[]
        {
            _cell, _hidden, _layers, _dropout, _batch, _length, _epochs, _steps, _rate, _clip, _validateEvery,
            _patience, _checkpointEvery,
        })
        {
            command.Add(option);
        }
    }

    /// <summary>A preset with what the command line says instead.</summary>
    public TrainSettings Apply(ParseResult parsed, TrainSettings s) => s with
    {
        Cell = parsed.GetValue(_cell) switch
        {
            null => s.Cell,
            "lstm" => RecurrentCell.Lstm,
            "gru" => RecurrentCell.Gru,
            _ => RecurrentCell.RnnTanh,
        },
        Hidden = parsed.GetValue(_hidden) ?? s.Hidden,
        Layers = parsed.GetValue(_layers) ?? s.Layers,
        Dropout = parsed.GetValue(_dropout) ?? s.Dropout,
        Batch = parsed.GetValue(_batch) ?? s.Batch,
        Length = parsed.GetValue(_length) ?? s.Length,
        Epochs = parsed.GetValue(_epochs) ?? s.Epochs,
        Steps = parsed.GetValue(_steps) ?? (parsed.GetValue(_epochs) is null ? s.Steps : 0),
        Rate = parsed.GetValue(_rate) ?? s.Rate,
        Clip = parsed.GetValue(_clip) ?? s.Clip,
        ValidateEvery = parsed.GetValue(_validateEvery) ?? s.ValidateEvery,
        Patience = parsed.GetValue(_patience) ?? s.Patience,
        CheckpointEvery = parsed.GetValue(_checkpointEvery) ?? s.CheckpointEvery,
    };
}
