using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using Rnn.Core.Layers;
using Rnn.Core.Layers.Recurrent;
using Rnn.Core.Losses;
using Rnn.Core.Parameters;
using Rnn.Core.Serialization.Onnx;
using Rnn.Core.Tensors;
using Rnn.Models.Batching;
using Rnn.Models.CharRnn;
using Rnn.Models.Corpora;
using Rnn.Models.Corpora.Dates;
using Rnn.Models.Corpora.Scripts;
using Rnn.Models.Embeddings;
using Rnn.Models.Embeddings.Files;
using Rnn.Models.Forecasting;
using Rnn.Models.Generation;
using Rnn.Models.LanguageModels;
using Rnn.Models.ScriptGeneration;
using Rnn.Models.Sentiment;
using Rnn.Models.Text;
using Rnn.Models.Text.Labelled;
using Rnn.Models.Text.Parallel;
using Rnn.Models.Text.Scores;
using Rnn.Models.Text.Scripts;
using Rnn.Models.Text.Words;
using Rnn.Models.TimeSeries;
using Rnn.Models.Training;
using Rnn.Models.Translation;
using Rnn.Models.Word2Vec;
using Rnn.Tests.Infrastructure.Onnx;
using Xunit;

namespace Rnn.Tests.Architecture;

/// <summary>
/// The programs of the README and of the samples' READMEs: what stands between "// README: name" and "// end" stands
/// there too, letter for letter (<see cref="ReadmeTests"/>). They write into the current folder and to the console, so
/// they run alone.
/// </summary>
[Collection("Alone")]
public sealed class ReadmeExamples : DocumentExamples
{
    [Fact]
    public void Sentiment()
    {
        (string text, bool isPositive)[] reviews = ReviewGrammar.Generate(seed: 1, count: 300);
        Write("reviews.txt", Encoding.UTF8.GetBytes(string.Join('\n', reviews.Select(one => one.text))));
        Write("labels.txt", Encoding.UTF8.GetBytes(string.Join('\n', reviews.Select(one => one.isPositive ? "good" : "bad"))));

        // README: sentiment
        LabelledTexts all = LabelledTexts.Read("reviews.txt", "labels.txt");
        LabelledTexts training = all.Slice(0, all.Count * 4 / 5), held = all.Slice(training.Count, all.Count - training.Count);
        SentimentModel model = new(training, new SentimentOptions { EmbeddingSize = 50, HiddenSize = 50 });
        model.Train(training, held, new SentimentTrainingOptions { Epochs = 4, LearningRate = 3e-3 });

        SentimentPrediction prediction = model.Predict("It is not a bad film at all.");
        Console.WriteLine($"{prediction.Class}, p = {prediction.Probability:F3}");
        foreach (ExplainedWord word in model.Explain("It is not a bad film at all.").Words)
            Console.WriteLine($"{word.Word} {word.Contribution:+0.00;-0.00}");

        model.Save("sentiment.safetensors");
        // end

        Assert.Contains(", p = 0.", Output);
        Assert.Equal(["bad", "good"], SentimentModel.Load("sentiment.safetensors").Classes);
    }

    [Fact]
    public void Script()
    {
        Write("scenes.txt", Encoding.UTF8.GetBytes(ScriptGrammar.Generate(seed: 1, scenes: 20)));

        // README: script
        ScriptTokenizerOptions script = new();
        string[] tokens = new ScriptTokenizer(script).Tokenize(File.ReadAllText("scenes.txt"));
        string[] training = tokens[..(tokens.Length * 9 / 10)], held = tokens[training.Length..];

        TokenVocabulary vocabulary = TokenVocabulary.FromTokens(training, minCount: 2);
        LanguageModel model = new(vocabulary, new LanguageModelOptions { EmbeddingSize = 64, HiddenSize = 64, Script = script });
        model.Train(vocabulary.Encode(training), vocabulary.Encode(held), new LanguageModelTrainingOptions { Epochs = 3 });
        (model.Cache, _) = model.TuneCache(vocabulary.Encode(held), window: 200);
        Console.WriteLine($"perplexity {model.Evaluate(vocabulary.Encode(held), 1, model.Cache).Perplexity:F1}");
        model.Save("script.safetensors");

        ScriptGenerator generator = new(LanguageModel.Load("script.safetensors"));
        ScriptGenerationOptions options = new() { Turns = 4, Sampling = new SamplingOptions { TopP = 0.9 } };
        Console.WriteLine(generator.Generate("(the kitchen, rain.", options));
        // end

        Assert.Contains("perplexity ", Output);
        Assert.NotEmpty(generator.Speakers);
    }

    [Fact]
    public void Translation()
    {
        Write("pairs.tsv", Encoding.UTF8.GetBytes(string.Concat(
            DatePairs.Generate(600, seed: 1).Select(pair => $"{pair.Source}\t{pair.Target}\n"))));

        // README: translation
        ParallelText all = ParallelText.ReadTabSeparated("pairs.tsv");
        (ParallelText training, ParallelText held, _) = all.SplitBySource(validationShare: 0.1, testShare: 0, seed: 1);

        TranslationOptions options = new() { EmbeddingSize = 32, HiddenSize = 64, MinCount = 1 };
        TranslationModel model = new(training, options);
        model.Train(training, held, new TranslationTrainingOptions { BatchSize = 32, Epochs = 6, LearningRate = 5e-3 });
        model.Save("translation.safetensors");

        Translator translator = new(TranslationModel.Load("translation.safetensors"), new TranslatorOptions { Width = 5 });
        IReadOnlyList<TranslatedText> found = translator.TranslateAll([.. held.Select(pair => pair.Source)]);
        Console.WriteLine(new Bleu().Corpus([.. found.Select(text => text.Text)], [.. held.Select(pair => pair.Target)]));

        TranslationAlignment alignment = translator.Align(held[0].Source, held[0].Target);
        Console.WriteLine($"'{alignment.Target[0]}' looked at {string.Join(", ", alignment.MeanShares(0))}");
        // end

        Assert.Contains("nrefs:1|", Output);
        Assert.Equal(held.Count, found.Count);
    }

    [Fact]
    public void Forecasts()
    {
        IEnumerable<string> rows = Enumerable.Range(0, 140).Select(t =>
        {
            DateTime day = new DateTime(2024, 1, 1).AddDays(t);
            double sold = 20 + (5 * Math.Sin(t * 2 * Math.PI / 7)) + (t * 7919 % 13);
            return string.Create(CultureInfo.InvariantCulture, $"{day:yyyy-MM-dd},{sold}\n");
        });
        Write("sales.csv", Encoding.UTF8.GetBytes("day,sales\n" + string.Concat(rows)));

        // README: forecasts
        SeriesBuilder builder = new("sales", new SeriesReading { Missing = MissingTimes.Linear });
        foreach (string line in File.ReadLines("sales.csv").Skip(1))
        {
            string[] cells = line.Split(',');
            builder.Add(DateTime.Parse(cells[0], CultureInfo.InvariantCulture), double.Parse(cells[1], CultureInfo.InvariantCulture));
        }

        Series sales = builder.Build();
        SeriesOptions options = new() { Horizon = 7, Season = Seasonality.Find(sales).FirstOrDefault(1) };
        SeriesTrainingOptions training = new() { Epochs = 4 };
        SeriesModel model = new([sales], options);
        model.Train([sales], training);
        model.Save("series.safetensors");

        SeriesForecaster forecaster = new(SeriesModel.Load("series.safetensors"));
        Forecast week = forecaster.Forecast(sales, horizon: 7);
        Console.WriteLine($"tomorrow {week.Median[0]:F1}, with 80% between {week.Quantile(0.1)[0]:F1} and {week.Quantile(0.9)[0]:F1}");

        // Both learn what comes before the last four weeks, and forecast each of them.
        Console.WriteLine(Backtest.Run([new NaiveForecaster(options.Season), new SeriesForecaster(options, training)], [sales],
            new BacktestOptions { Horizon = 7, FirstOrigin = ^28, Season = options.Season }));
        // end

        Assert.Equal(7, options.Season);
        Assert.Contains("tomorrow ", Output);
        Assert.Contains("4 forecasts", Output);
    }

    [Fact]
    public void QuickStart()
    {
        string path = Write("text.txt",
            [.. Enumerable.Repeat("The cat sat on the mat. "u8.ToArray(), 1000).SelectMany(line => line)]);

        // README: quick start
        string text = File.ReadAllText(path);
        CharRnnOptions options = new() { HiddenSize = 256, Layers = 1, Dropout = 0 };
        CharRnnModel model = new(Vocabulary.FromText(text), options);

        TrainingResult result = model.Train(text, new CharRnnTrainingOptions
        {
            BatchSize = 32,
            SequenceLength = 64,
            Epochs = 5,
            LearningRate = 3e-3,
        });
        Console.WriteLine($"validation loss {result.BestValidationLoss:F3} nats per character");

        model.Save("model.safetensors");
        CharRnnModel loaded = CharRnnModel.Load("model.safetensors");
        Console.WriteLine(loaded.Generate("The ", 200, new SamplingOptions { Temperature = 0.8, TopK = 5 }, seed: 7));
        // end

        Assert.InRange(result.BestValidationLoss, 0, 1.5);   // 2.56 untrained
        string[] lines = Output.TrimEnd('\r', '\n').Split(Environment.NewLine);
        Assert.Equal([$"validation loss {result.BestValidationLoss:F3} nats per character", lines[^1]], lines);
        Assert.Equal(200, lines[1].Length);
    }

    [Fact]
    public void Vectors()
    {
        string path = Write("words.txt", Encoding.UTF8.GetBytes(string.Concat(
            WordClassCorpus.Generate(seed: 1, sentences: 2000).Select(words => string.Join(' ', words) + "\n"))));

        // README: word vectors
        using WordCorpus corpus = WordCorpus.FromFile(path, new WordCorpusOptions { MinCount = 1 });
        Word2VecModel model = new(corpus.Vocabulary, new Word2VecOptions { Dimensions = 100, Window = 5, Seed = 1 });
        Word2VecResult result = model.Train(corpus);
        Console.WriteLine($"{result.RawWords / result.Elapsed.TotalSeconds:N0} words/s, loss {result.EpochLosses[^1]:F3}");

        WordVectors vectors = model.ToWordVectors();
        foreach (WordNeighbour neighbour in vectors.MostSimilar("the", count: 5))
            Console.WriteLine($"{neighbour.Word} {neighbour.Score:F3}");

        WordVectorsFile.WriteBinary("vectors.bin", vectors);
        // end

        Assert.Equal(6, Output.TrimEnd('\r', '\n').Split(Environment.NewLine).Length);
        Assert.InRange(result.EpochLosses[^1], 0.5, 6 * Math.Log(2));
        Assert.Equal(vectors.Words, WordVectorsFile.Load("vectors.bin").Words);
    }

    [Fact]
    public void OwnNetwork()
    {
        // README: own network
        ParameterLayout layout = new();
        Gru gru = new(layout, "gru", inputSize: 1, hiddenSize: 16);
        Linear output = new(layout, "output", inputSize: 16, outputSize: 1);
        ParameterBuffer parameters = new(layout);
        parameters.Initialize(seed: 1);

        GeneratedBatches<float[]> training = new(count: 300, targets: 160, (epoch, index) => Sines(index));
        GeneratedBatches<float[]> unseen = new(count: 10, targets: 160, (epoch, index) => Sines(1000 + index));
        TrainingOptions options = new() { Epochs = 2, LearningRate = 0.01, CheckpointPath = "sines.checkpoint" };
        Trainer<float[]> trainer = new(new SinePass(parameters, gru, output), training, unseen, options);
        foreach (TrainingReport report in trainer.Steps())
        {
            if (report.Event == TrainingEvent.Step && report.Step % 100 == 0)
                Console.WriteLine($"step {report.Step}: loss {report.Loss:F5}");
        }

        Console.WriteLine($"sines never seen: loss {trainer.Result!.BestValidationLoss:F5}");

        // Eight sines, step after step: of 21 values 20 are read, and each is answered with the next.
        static float[] Sines(int phase) =>
            [.. Enumerable.Range(0, 21 * 8).Select(i => (float)Math.Sin(phase + (0.8 * (i % 8)) + (0.4 * (i / 8))))];
        // end

        string[] lines = Output.TrimEnd('\r', '\n').Split(Environment.NewLine);
        double[] losses = [.. lines.Select(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.CurrentCulture))];
        Assert.Equal(7, losses.Length);
        Assert.InRange(losses[^1], 0, 0.01);   // the mean square of a sine is 0.5
        Assert.True(losses[0] > losses[^2]);
        Assert.True(File.Exists("sines.checkpoint"));
    }

    [Fact]
    public void Onnx()
    {
        CharRnnModel model = new(Vocabulary.FromText("abc"), new CharRnnOptions { HiddenSize = 4 });
        ParameterLayout layout = new();
        Lstm lstm = new(layout, "lstm", inputSize: 3, hiddenSize: 16);
        Linear output = new(layout, "output", inputSize: 16, outputSize: 1);
        ParameterBuffer parameters = new(layout);

        // README: onnx
        model.ExportOnnx("model.onnx");                  // a CharRnnModel; its vocabulary is in the metadata

        OnnxNetwork net = new(parameters);               // layers of your own (Rnn.Core.Serialization.Onnx)
        OnnxState state = net.State(lstm);               // inputs h0, c0
        OnnxValue hidden = net.Add(lstm, net.Numbers("x", width: 3), ref state);
        net.Output("y", net.Add(output, hidden));
        net.Output(state);                               // outputs hn, cn
        net.Write("layers.onnx");
        // end

        Assert.Equal("logits float [steps, batch, 3]", new OnnxFile(File.ReadAllBytes("model.onnx")).Outputs[0]);
        Assert.Equal("y float [steps, batch, 1]", new OnnxFile(File.ReadAllBytes("layers.onnx")).Outputs[0]);
    }
}

// README: own network
internal sealed class SinePass(ParameterBuffer parameters, Gru gru, Linear output)
    : Pass<float[]>("sines", parameters)
{
    private readonly RecurrentTape _tape = gru.CreateTape(maxSteps: 20, maxBatch: 8);
    private readonly Tensor _y = new(20 * 8, 1);

    public override LossSum ForwardBackward(in float[] sines, Mode mode, float scale, GradientBuffer g)
    {
        MatrixView y = Forward(sines, mode), dY = y;   // gradients overwrite what nobody reads any more
        LossSum loss = MeanSquaredError.ForwardBackward(y, Next(sines), scale, dY);
        output.Backward(Parameters, _tape.Output.Flattened, dY, g, _tape.OutputGradient.Flattened);
        gru.Backward(Parameters, Read(sines), _tape.OutputGradient, _tape, g, default);
        return loss;
    }

    public override LossSum Evaluate(in float[] sines, Measurements results) =>
        MeanSquaredError.Forward(Forward(sines, Mode.Inference), Next(sines));

    private MatrixView Forward(float[] sines, Mode mode)
    {
        gru.Forward(Parameters, Read(sines), default, mode, _tape);
        output.Forward(Parameters, _tape.Output.Flattened, _y.AsMatrix());
        return _y.AsMatrix();
    }

    private static ReadOnlySequenceView Read(float[] sines) => new(sines.AsSpan(0, 160), steps: 20, batch: 8, features: 1);

    private static ReadOnlyMatrixView Next(float[] sines) => new(sines.AsSpan(8), rows: 160, cols: 1);
}
// end
