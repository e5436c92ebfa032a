using System;
using System.Linq;
using Rnn.Core.Kernels.Vectors;
using Rnn.Models.CharRnn;
using Rnn.Models.Generation;
using Rnn.Models.Text;
using Rnn.Models.Training;

// Trains a tiny model, saves it to the file named by the first argument, loads and generates.
string text = string.Concat(Enumerable.Repeat("the cat sat on the mat. ", 100));
CharRnnModel model = new(Vocabulary.FromText(text), new CharRnnOptions { HiddenSize = 32, Layers = 1, Dropout = 0 });
TrainingResult result = model.Train(text, new CharRnnTrainingOptions
{
    BatchSize = 4,
    SequenceLength = 16,
    Epochs = 20,
    MaxSteps = 200,
    LearningRate = 0.01,
});
model.Save(args[0]);
string written = CharRnnModel.Load(args[0]).Generate("the ", 24, SamplingOptions.Greedy);
Console.WriteLine($"{SimdInfo.Description}; {result.Steps} steps, loss {result.Loss:F4}: {written.Trim()}");
string same = model.Generate("the ", 24, SamplingOptions.Greedy);
return result.Loss < 1 && written == same && written.Contains("at") ? 0 : 1;
