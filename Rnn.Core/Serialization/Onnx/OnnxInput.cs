namespace Rnn.Core.Serialization.Onnx;

/// <summary>What a model that reads one-hot tokens is exported with.</summary>
public enum OnnxInput
{
    /// <summary><see cref="OnnxNetwork.Numbers"/> [steps, batch, I]: the caller forms the one-hot rows.</summary>
    Numbers,

    /// <summary><see cref="OnnxNetwork.Indices"/> [steps, batch]: the file forms them
    /// (<see cref="OnnxNetwork.OneHot"/>).</summary>
    Indices,
}
