using System;
using System.Collections.Generic;
using System.Linq;
using BenchmarkDotNet.Attributes;
using Rnn.Benchmarks.Config;
using Rnn.Core.Kernels.Threads;

namespace Rnn.Benchmarks.Models;

/// <summary>A whole step of each model: training, or one character of generation.</summary>
[Config(typeof(RnnConfig))]
public class ModelBenchmarks
{
    private IWorkload _workload = null!;

    /// <summary>The works that are models and count tokens, but for one model in many sizes.</summary>
    public static IEnumerable<string> Names =>
        from work in Models.Work.All
        where work.Tokens > 0 && work.Unit == "tokens" && GrowthPoint.Find(work.Name) is null
        select work.Name;

    [Params(1, 2)]
    public int Threads { get; set; }

    [ParamsSource(nameof(Names))]
    public string Work { get; set; } = "";

    /// <summary>Operations of a step.</summary>
    public static double Flops(object?[] parameters) => Of(parameters).Flops;

    /// <summary>Tokens of a step.</summary>
    public static double Tokens(object?[] parameters) => Of(parameters).Tokens;

    [GlobalSetup]
    public void Setup()
    {
        Workers.Count = Threads;
        _workload = Models.Work.Get(Work).Create();
    }

    [Benchmark]
    [Work(WorkAttribute.Gflops, nameof(Flops))]
    [Work(WorkAttribute.Tokens, nameof(Tokens))]
    public void Step() => _workload.Step();

    private static Work Of(object?[] parameters) =>
        Models.Work.Get(Array.Find(parameters, value => value is string) as string ?? "");
}
