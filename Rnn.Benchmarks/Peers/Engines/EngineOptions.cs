namespace Rnn.Benchmarks.Peers.Engines;

/// <summary>How an engine is set up.</summary>
/// <param name="Threads">Threads of its own.</param>
/// <param name="OneDnn">Whether libtorch may use oneDNN.</param>
/// <param name="OneHotByGather">Whether libtorch makes one-hot rows by looking them up in a unit matrix.</param>
/// <param name="OnnxIndices">Whether ONNX Runtime gets indices and forms the one-hot rows.</param>
/// <param name="AttentionInParts">Whether libtorch's attention is products and a softmax instead of one
/// operation.</param>
/// <param name="FlushSubnormal">Whether libtorch takes numbers below 1.2e-38 for zero.</param>
/// <param name="ModelPath">The ONNX file; empty to make one.</param>
internal sealed record EngineOptions(int Threads, bool OneDnn = true, bool OneHotByGather = false,
    bool OnnxIndices = false, bool AttentionInParts = false, bool FlushSubnormal = false,
    string ModelPath = "");
