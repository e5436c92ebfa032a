using System;
using System.Collections.Generic;
using System.Linq;
using Rnn.Benchmarks.Models;
using Rnn.Benchmarks.Peers.Comparing;
using Rnn.Benchmarks.Peers.Engines;
using Rnn.Core.Kernels.Threads;
using Rnn.Tests.Infrastructure.Onnx;

namespace Rnn.Benchmarks.Peers.Checking;

/// <summary>
/// Whether ours and the peers compute the same: on equal weights and data, losses and all gradients of a training step,
/// outputs of everything else. Before that holds, no time counts.
/// </summary>
internal sealed class Check
{
    private const double Tolerance = 1e-5;

    private readonly EngineOptions _options = new(Environment.ProcessorCount);
    private bool _good = true;

    /// <summary>Checks these works; prints every figure; false if one is too far off.</summary>
    public static bool Run(IReadOnlyList<string> works)
    {
        Check check = new();
        foreach (string work in works.SelectMany(Subjects).Distinct())
            check.One(work);

        return check._good;
    }

    /// <summary>Checks the exported file of every model in ONNX Runtime; prints every figure; false if one is too far
    /// off.</summary>
    public static bool Exports()
    {
        Check check = new();
        ExportedModels.Check(new OrtEngine(), (what, ours, theirs) =>
            check.Report("exports", what, Difference.Of(ours, theirs)));
        return check._good;
    }

    /// <summary>Which works stand for another: one without dropout, whose masks differ; all networks of a
    /// comparison.</summary>
    private static string[] Subjects(string work) => work switch
    {
        "char-train-dropout" => ["char-train"],
        "series-train" => ["series-train-plain"],
        "sentiment-train" or "sentiment-train-dense" => ["sentiment-train-plain"],
        "script-train" => [work, $"{work}-adaptive"],
        "generate" => ["char-forward"],
        "transformer-train-dropout" => ["transformer-train"],
        _ => [work],
    };

    private void One(string work)
    {
        Workers.Count = _options.Threads;
        IWorkload ours = Work.Get(work).Create();
        switch (ours)
        {
            case GemmWorkload gemm:
                Gemm(work, gemm);
                break;
            case BatchedGemmWorkload batch:
                Batch(work, batch);
                break;
            case TrainingWorkload training:
                Training(work, training);
                break;
            case Translate translate when Work.Names.Contains($"{work}-uncached"):
                Translation(work, translate);
                break;
            case CharForward forward:
                Forward(work, forward);
                break;
        }
    }

    private void Gemm(string work, GemmWorkload ours)
    {
        ours.Step();
        GemmShape shape = GemmShape.All.First(shape => shape.Name == work);
        TorchGemm torch = (TorchGemm)Engine.Create(Engine.LibTorch, work, _options);
        torch.Step();
        Report(work, "libtorch", Difference.Of(ours.Result, torch.Result));
        OpenBlasGemm blas = (OpenBlasGemm)Engine.Create(Engine.OpenBlas, work, _options);
        blas.Step();
        Report(work, "OpenBLAS", Difference.Of(ours.Result, blas.Result));
        if (Plan.IsSmall(shape))
        {
            MathNetGemm managed = (MathNetGemm)Engine.Create(Engine.MathNet, work, _options);
            managed.Step();
            Report(work, "Math.NET", Difference.Of(ours.Result, managed.Result));
        }
    }

    private void Batch(string work, BatchedGemmWorkload ours)
    {
        ours.Step();
        TorchBatchedGemm torch = (TorchBatchedGemm)Engine.Create(Engine.LibTorch, work, _options);
        torch.Step();
        Report(work, "libtorch", Difference.Of(ours.Result, torch.Result));
    }

    private void Training(string work, TrainingWorkload ours)
    {
        TorchTraining theirs = (TorchTraining)Engine.Create(Engine.LibTorch, work, _options);
        TorchParameters parameters = new(theirs.Parameters);
        ours.Steady();
        parameters.CopyFrom(ours.Parameters);
        for (int window = 1; window <= 2; window++)   // the second begins with the state that the first left
        {
            ours.ComputeGradients();
            theirs.ComputeGradients();
            Report(work, $"loss {window}", Difference.Of([(float)ours.Loss], [(float)theirs.Loss]));
            foreach ((string name, Difference difference) in parameters.CompareGradients(ours.Gradients))
                Report(work, $"gradient {window} of {name}", difference);
        }
    }

    private void Forward(string work, CharForward ours)
    {
        TorchCharForward theirs = (TorchCharForward)Engine.Create(Engine.LibTorch, work, _options);
        new TorchParameters(theirs.Parameters).CopyFrom(ours.Parameters);
        ours.Step();
        theirs.Step();
        Report(work, "logits of libtorch", Difference.Of(ours.Result, theirs.Result));
        foreach (bool indices in new[] { false, true })
        {
            OnnxWorkload onnx =
                (OnnxWorkload)Engine.Create(Engine.OnnxRuntime, work, _options with { OnnxIndices = indices });
            onnx.Step();
            Report(work, $"logits of ONNX Runtime given {(indices ? "indices" : "numbers")}",
                Difference.Of(ours.Result, onnx.Result));
        }
    }

    /// <summary>Both of ours: with the cache and without.</summary>
    private void Translation(string work, Translate ours)
    {
        Translate without = (Translate)Work.Get($"{work}-uncached").Create();
        ours.Step();
        without.Step();
        Report(work, "log p", Difference.Of(Floats(ours.LogProbabilities), Floats(without.LogProbabilities)));
        Report(work, "words", Difference.Of(Floats(ours.Result), Floats(without.Result)));

        static float[] Floats<T>(IEnumerable<T> numbers)
            where T : System.Numerics.INumber<T> => [.. numbers.Select(float.CreateChecked)];
    }

    private void Report(string work, string what, Difference difference)
    {
        bool good = difference.Relative <= Tolerance;
        _good &= good;
        Console.WriteLine($"{(good ? "ok    " : "FAILED")} {work}: {what}: {difference}");
    }
}
