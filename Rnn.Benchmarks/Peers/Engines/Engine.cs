using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using Rnn.Benchmarks.Models;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Kernels.Threads;
using Rnn.Core.Kernels.Vectors;

namespace Rnn.Benchmarks.Peers.Engines;

/// <summary>Who does the work. Only what is asked for is loaded: the native libraries of the others stay out.</summary>
internal static class Engine
{
    public const string Rnn = "rnn", LibTorch = "libtorch", OnnxRuntime = "onnxruntime", OpenBlas = "openblas",
        MathNet = "mathnet";

    public static IReadOnlyList<string> Names { get; } = [Rnn, LibTorch, OnnxRuntime, OpenBlas, MathNet];

    /// <summary>A workload of that engine.</summary>
    /// <exception cref="ArgumentException">The engine can't do that work.</exception>
    public static IWorkload Create(string engine, string work, EngineOptions options)
    {
        Workers.Count = options.Threads;
        GemmShape? shape = GemmShape.All.FirstOrDefault(shape => shape.Name == work);
        return engine switch
        {
            Rnn => Work.Get(work).Create(),
            LibTorch => Torch(work, shape, options),
            OnnxRuntime => Onnx(work, options),
            OpenBlas when shape is not null => Blas(shape, options),
            MathNet when shape is not null => Managed(shape, options),
            _ => throw Unable(engine, work),
        };
    }

    /// <summary>Name and version of what an engine consists of.</summary>
    public static string Version(string engine) => engine switch
    {
        Rnn => $"Rnn {InformationalVersion(typeof(Gemm).Assembly)}, {SimdInfo.Description}",
        LibTorch => TorchVersion(),
        OnnxRuntime => OnnxVersion(),
        OpenBlas => BlasVersion(),
        MathNet => ManagedVersion(),
        _ => engine,
    };

    public static string InformationalVersion(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? assembly.GetName().Version?.ToString() ?? "";

    public static ArgumentException Unable(string engine, string work) =>
        new($"The engine '{engine}' can't do '{work}'.");

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static IWorkload Torch(string work, GemmShape? shape, EngineOptions options)
    {
        TorchSetup.Start(options);
        BatchedGemmShape? batch = BatchedGemmShape.All.FirstOrDefault(batch => batch.Name == work);
        return shape is not null ? new TorchGemm(shape)
            : batch is not null ? new TorchBatchedGemm(batch) : TorchWorkloads.Create(work, options);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static OnnxWorkload Onnx(string work, EngineOptions options) => work switch
    {
        "char-forward" => new OnnxWorkload(CharTrain.T, CharTrain.B, options),
        "generate" => new OnnxWorkload(1, 1, options),
        _ => throw Unable(OnnxRuntime, work),
    };

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static OpenBlasGemm Blas(GemmShape shape, EngineOptions options) => new(shape, options.Threads);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static MathNetGemm Managed(GemmShape shape, EngineOptions options) => new(shape, options.Threads);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string TorchVersion() => TorchSetup.Version();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string OnnxVersion() => OnnxWorkload.Version();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string BlasVersion() => OpenBlasGemm.Version();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string ManagedVersion() => MathNetGemm.Version();
}
