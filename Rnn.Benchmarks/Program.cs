using BenchmarkDotNet.Running;

// dotnet run -c Release --project Rnn.Benchmarks -- --filter '*Gemm*'
BenchmarkSwitcher.FromAssembly(typeof(Rnn.Benchmarks.Kernels.GemmBenchmarks).Assembly).Run(args);
