using Rnn.Core.Kernels.Products;

namespace Rnn.Core.Kernels.Recurrent;

/// <summary>
/// Where the buffers of a recurrent cell lie. T steps, B rows, H units; the gates of one row of one step are
/// GateStride floats (RNN H, LSTM 4H, GRU 4H).
/// </summary>
internal unsafe struct RecurrentBuffers
{
    public int B;
    public int H;
    public int GateStride;

    /// <summary>From the gates of a step to those of the next: B*GateStride, or 0 where they overwrite one
    /// another.</summary>
    public long GateStep;

    /// <summary>From c of a step to that of the next: B*H, or 0 where they overwrite one another.</summary>
    public long CellStep;

    /// <summary>[T, B, GateStride]: X*Wx before the loop, activations after Forward, gradients after
    /// Backward.</summary>
    public float* Gates;

    /// <summary>[GateStride]: the bias of each gate.</summary>
    public float* Bias;

    /// <summary>[T+1, B, H]: h, entry 0 the initial state (design decision D4).</summary>
    public float* Hidden;

    /// <summary>[T+1, B, H]: c of an LSTM; null for others.</summary>
    public float* Cell;

    /// <summary>[B, H]: the gradient of h that flows backwards in time.</summary>
    public float* DHidden;

    /// <summary>[B, H]: the gradient of c that flows backwards in time; null for others.</summary>
    public float* DCell;

    /// <summary>[T, B, H]: the gradient of the layer's output, not read past a row's length; null for
    /// zeros.</summary>
    public float* DOutput;

    /// <summary>[T, B, H]: where to keep the whole gradient of h of each step; null to drop it.</summary>
    public float* KeptDHidden;

    /// <summary>[B]: the steps that each row has; null when all have T.</summary>
    public int* Lengths;

    /// <summary>The recurrent weights, packed: [H, .] for Forward, their transpose for Backward.</summary>
    public PackedPanels Weights;

    /// <summary>The second part of the recurrent weights (GRU: those of n); null for others.</summary>
    public PackedPanels Weights2;

    /// <summary>The first columns of a row of gates that belong to X*Wx (GRU 3H of 4H).</summary>
    public int InputGates;

    /// <summary>I, the columns of Input and DInput.</summary>
    public int InputSize;

    /// <summary>[T, B, I]: x, when the loop itself does X*Wx; else null, and the gates hold that product
    /// already.</summary>
    public float* Input;

    /// <summary>Wx, packed, for Input.</summary>
    public PackedPanels InputWeights;

    /// <summary>[T, B]: x as indices of one-hot rows; null for others.</summary>
    public int* Indices;

    /// <summary>[V, InputGates]: Wx as it lies, for Indices.</summary>
    public float* Table;

    /// <summary>[T, B, I]: where the loop puts dX = dGates*Wx^T; null where somebody else does, or nobody.</summary>
    public float* DInput;

    /// <summary>Wx^T, packed, for DInput.</summary>
    public PackedPanels InputWeightsBack;

    /// <summary>P, the columns of Wh: as many as those of Wx.</summary>
    public int ProductSize;

    /// <summary>The last columns of Wh whose product with h the cell keeps apart (GRU: H, those of n).</summary>
    public int ApartSize;

    /// <summary>[B, H]: recurrent dropout's factors of h, the same at every step; null without.</summary>
    public float* Mask;

    /// <summary>[T, B, H]: h*Mask, what Wh is multiplied with.</summary>
    public float* Masked;

    /// <summary>From Masked of a step to that of the next: B*H, or 0 where they overwrite one another.</summary>
    public long MaskedStep;

    /// <summary>[B, H]: scratch for the gradient of Masked.</summary>
    public float* DMasked;

    /// <summary>[T, B, P]: h*Wh normalised, where that is asked for; else null.</summary>
    public float* Product;

    /// <summary>From Product of a step to that of the next: B*P, or 0 where they overwrite one another.</summary>
    public long ProductStep;

    /// <summary>[T, B, 2]: the scales of Product's rows: of the first columns, and of those kept apart.</summary>
    public float* ProductScales;

    /// <summary>[P]: the gain of the normalised h*Wh.</summary>
    public float* ProductGain;

    /// <summary>[T, B, P]: the gradient of h*Wh before it was normalised.</summary>
    public float* DProduct;

    /// <summary>LSTM: whether the input gate is 1 - f.</summary>
    public bool IsCoupled;

    /// <summary>LSTM: the weights of c in [i | f | o], or [f | o] of coupled gates; null without peepholes.</summary>
    public float* Peepholes;

    /// <summary>LSTM: [H], the gain of the normalised c; null where it isn't normalised.</summary>
    public float* CellGain;

    /// <summary>LSTM: [H], what is added to the normalised c.</summary>
    public float* CellShift;

    /// <summary>LSTM: c normalised; it lies as Cell does, the initial state's place empty.</summary>
    public float* CellHat;

    /// <summary>LSTM: the scale of each row of CellHat.</summary>
    public float* CellScales;

    /// <summary>LSTM: the gradient of gain*CellHat + shift.</summary>
    public float* DCellHat;

    /// <summary>Whether a step's product is done by one thread: others are busy with other rows, or it is
    /// small.</summary>
    public bool Alone;
}
