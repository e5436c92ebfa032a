namespace Rnn.Core.Serialization.Onnx;

/// <summary>The types of elements in use, by their numbers in the format (TensorProto.DataType).</summary>
internal enum OnnxType
{
    /// <summary>32-bit floating point.</summary>
    Float = 1,

    /// <summary>32-bit integers, as recurrent operators want lengths.</summary>
    Int32 = 6,

    /// <summary>64-bit integers.</summary>
    Int64 = 7,

    /// <summary>Truth values.</summary>
    Bool = 9,
}
