using BenchmarkDotNet.Running;
using Rnn.Benchmarks.Guarding;

// dotnet run -c Release --project Rnn.Benchmarks -- --filter '*Gemm*'      benchmarks
// dotnet run -c Release --project Rnn.Benchmarks -- guard                  are the hot kernels as fast as they were?
if (args is ["guard", ..])
{
    return Guard.Run(args[1..]);
}

BenchmarkSwitcher.FromAssembly(typeof(Guard).Assembly).Run(args);
return 0;
