using BenchmarkDotNet.Running;
using Rnn.Benchmarks.Guarding;
using Rnn.Benchmarks.Serving;

// dotnet run -c Release --project Rnn.Benchmarks -- --filter '*Gemm*'      benchmarks
// dotnet run -c Release --project Rnn.Benchmarks -- guard                  are the hot kernels as fast as they were?
// dotnet run -c Release --project Rnn.Benchmarks -- serve                  many requests at once, one model
if (args is ["serve", ..])
    return Serve.Run(args[1..]);

if (args is ["guard", ..])
    return Guard.Run(args[1..]);

BenchmarkSwitcher.FromAssembly(typeof(Guard).Assembly).Run(args);
return 0;
