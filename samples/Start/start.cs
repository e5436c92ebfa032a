#!/usr/bin/env dotnet
#:package Rnn.Models@0.1.0

// The shortest start: a program in one file. Copy it anywhere and run it with a text of your own:
//   dotnet run start.cs -- text.txt
// It learns to write like that text, for some minutes, and shows what it writes.
using System;
using System.IO;
using Rnn.Models.CharRnn;
using Rnn.Models.Generation;
using Rnn.Models.Text;
using Rnn.Models.Training;

if (args is not [string path, .. string[] more])
{
    Console.Error.WriteLine("Name a text file: dotnet run start.cs -- text.txt [STEPS]");
    return 2;
}

string text = File.ReadAllText(path);
CharRnnModel model = new(Vocabulary.FromText(text), new CharRnnOptions { HiddenSize = 256, Layers = 1, Dropout = 0 });
CharRnnTrainingOptions options = new() { MaxSteps = more is [string steps] ? long.Parse(steps) : 2000 };
Progress progress = new();
TrainingResult result = model.Train(text, options, progress);
model.Save("model.safetensors");
Console.WriteLine($"validation loss {result.BestValidationLoss:F3} nats a character; saved as model.safetensors\n");
Console.WriteLine(model.Generate(text[..20], 500, new SamplingOptions { Temperature = 0.8 }, seed: 1));
return 0;

sealed class Progress : IProgress<TrainingReport>
{
    public void Report(TrainingReport report)
    {
        if (report.Event == TrainingEvent.Step && report.Step % 100 == 0)
            Console.WriteLine($"step {report.Step} of {report.TotalSteps}: loss {report.Loss:F3}, {report.Remaining:mm\\:ss} left");
    }
}
