
namespace Rnn.Core.Serialization.Safetensors;

/// <summary>The element types that are read and written, under the format's names, and one for all others.</summary>
public enum SafetensorsType
{
    /// <summary>64-bit float.</summary>
    F64,

    /// <summary>32-bit float.</summary>
    F32,

    /// <summary>16-bit float: 5 bits of exponent, 10 of fraction.</summary>
    F16,

    /// <summary>The upper half of a 32-bit float: 8 bits of exponent, 7 of fraction.</summary>
    BF16,

    /// <summary>64-bit integer.</summary>
    I64,

    /// <summary>32-bit integer.</summary>
    I32,

    /// <summary>
    /// Any other (BOOL, U8, F8_E4M3, ...): <see cref="SafetensorsEntry.TypeName"/> says which. Its bytes can be had.
    /// </summary>
    Other,
}
