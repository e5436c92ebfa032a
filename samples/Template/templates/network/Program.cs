using MyNetwork;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Parameters;
using Rnn.Core.Serialization.Safetensors;
using Rnn.Models.Batching;
using Rnn.Models.Training;

const string Checkpoint = "training.checkpoint", Model = "model.safetensors";
const int Steps = 20, Rows = 8, Hidden = HiddenOfTheTemplate;

// Layers only declare their parameters; the values are in a buffer, drawn from one seed.
ParameterLayout layout = new();
RecurrentStack stack =
    RecurrentStack.Create(layout, "stack", RecurrentCell.CellOfTheTemplate, inputSize: 1, hiddenSize: Hidden, layers: 1);
Linear output = new(layout, "output", inputSize: Hidden, outputSize: 1);
ParameterBuffer parameters = new(layout);
parameters.Initialize(seed: 1);
Console.WriteLine($"{layout.ParameterCount} parameters");

// Your data. Here: sines, of which each value is to be told from those before it; 310 batches, ten of them never trained on.
// A batch is what Pass<T> says it is; batches are asked for by epoch and number, so that a resumed run sees the same ones.
GeneratedBatches<float[]> training = new(count: 300, targets: Steps * Rows, (epoch, index) => Sines(index));
GeneratedBatches<float[]> validation = new(count: 10, targets: Steps * Rows, (epoch, index) => Sines(1000 + index));

NextValuePass pass = new(parameters, stack, output, Steps, Rows);
Trainer<float[]> trainer = new(pass, training, validation, new TrainingOptions
{
    Epochs = 3,
    LearningRate = 0.01,
    CheckpointPath = Checkpoint,
});
if (args is ["--resume"])
    trainer.Resume(Checkpoint);

foreach (TrainingReport report in trainer.Steps())
{
    if (report.Event == TrainingEvent.Step && report.Step % 100 == 0)
        Console.WriteLine($"step {report.Step} of {report.TotalSteps}: loss {report.Loss:F5}");
    else if (report.Event == TrainingEvent.Validation)
        Console.WriteLine($"step {report.Step}: validation loss {report.ValidationLoss:F5}");
}

// The best parameters of the run are in the buffer now. The file has PyTorch's names: load_state_dict reads it.
SafetensorsWriter file = new();
StateDict.Write(file, parameters);
file.Save(Model);

// What it was trained for: a sine that it has never seen goes on, each value from the network's own last one.
float[] known = [.. Enumerable.Range(0, Steps).Select(t => Wave(0.3, t))];
float[] next = pass.Continue(known, count: 10);
for (int i = 0; i < next.Length; i++)
    Console.WriteLine($"{next[i],8:F3}  (truth {Wave(0.3, Steps + i),6:F3})");

static float Wave(double phase, int step) => (float)Math.Sin(phase + (0.4 * step));

// Steps + 1 values of each row, step after step: all but the last are read, all but the first are to be told.
static float[] Sines(int index) =>
    [.. Enumerable.Range(0, (Steps + 1) * Rows).Select(i => Wave(index + (0.8 * (i % Rows)), i / Rows))];
