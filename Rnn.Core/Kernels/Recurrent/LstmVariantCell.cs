using System.Runtime.CompilerServices;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Kernels.Vectors;

namespace Rnn.Core.Kernels.Recurrent;

/// <summary>
/// The pointwise half of an LSTM with options, both ways; <see cref="LstmCell"/> is the plain one (D57). Peepholes: i
/// and f see c, o sees c'. Coupled gates: i = 1 - f, and the row is [f | g | o]. A normalised cell:
/// h' = o*tanh(gain*cHat + shift), cHat being c' of the row normalised. Source: Gers, Schraudolph and Schmidhuber 2002;
/// Greff et al. 2017; Ba, Kiros and Hinton 2016.
/// </summary>
internal readonly unsafe struct LstmVariantCell : IRecurrentCell
{
    public static void Multiply(in RecurrentBuffers x, int rows, float* h, float* gates) =>
        Gemm.MultiplyStep(x.Alone, rows, x.ProductSize, x.H, h, x.H, x.Weights, gates, x.GateStride, add: true);

    public static void MultiplyBack(in RecurrentBuffers x, int rows, float* dGates, float* dh) =>
        Gemm.MultiplyStep(x.Alone, rows, x.H, x.ProductSize, dGates, x.GateStride, x.Weights, dh, x.H, add: true);

    [MethodImpl(MethodImplOptions.NoInlining)]   // see IRecurrentCell
    public static void Forward<TSimd>(in RecurrentBuffers x, float* gates, float* h, float* c, float* hNext,
        float* cNext)
        where TSimd : struct, ISimd<TSimd>
    {
        bool normalizes = x.CellHat != null;
        Places at = new(x);
        TSimd one = TSimd.Create(1f);
        for (int j = 0; j < x.H; j += TSimd.Count)
        {
            int n = x.H - j;
            TSimd cell = Part.Load<TSimd>(c + j, n);
            TSimd f = Activations.Sigmoid(Sum<TSimd>(x, gates, at.F + j, at.PeepF + j, cell, n));
            TSimd i = x.IsCoupled
                ? one - f
                : Activations.Sigmoid(Sum<TSimd>(x, gates, at.I + j, at.PeepI + j, cell, n));
            TSimd g = Activations.Tanh(Part.Load<TSimd>(gates + at.G + j, n) + Part.Load<TSimd>(x.Bias + at.G + j, n));
            cell = TSimd.MultiplyAdd(f, cell, i * g);
            TSimd o = Activations.Sigmoid(Sum<TSimd>(x, gates, at.O + j, at.PeepO + j, cell, n));
            if (!x.IsCoupled)
                Part.Store(i, gates + at.I + j, n);

            Part.Store(f, gates + at.F + j, n);
            Part.Store(g, gates + at.G + j, n);
            Part.Store(o, gates + at.O + j, n);
            Part.Store(cell, cNext + j, n);
            if (normalizes)
                Part.Store(cell, x.CellHat + (cNext - x.Cell) + j, n);
            else
                Part.Store(o * Activations.Tanh(cell), hNext + j, n);
        }

        if (normalizes)
            ReadNormalized<TSimd>(x, gates + at.O, cNext - x.Cell, hNext);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]   // see IRecurrentCell
    public static void Backward<TSimd>(in RecurrentBuffers x, float* gates, float* h, float* c, float* hNext,
        float* cNext, float* dOut, float* dh, float* dc)
        where TSimd : struct, ISimd<TSimd>
    {
        bool normalizes = x.CellHat != null, sees = x.Peepholes != null;
        Places at = new(x);
        TSimd one = TSimd.Create(1f);
        if (normalizes)
            ReadNormalizedBack<TSimd>(x, gates + at.O, cNext - x.Cell, dOut, dh, dc);   // dao over o, dc' complete but for o

        for (int j = 0; j < x.H; j += TSimd.Count)
        {
            int n = x.H - j;
            TSimd f = Part.Load<TSimd>(gates + at.F + j, n), g = Part.Load<TSimd>(gates + at.G + j, n);
            TSimd i = x.IsCoupled ? one - f : Part.Load<TSimd>(gates + at.I + j, n);
            TSimd o = Part.Load<TSimd>(gates + at.O + j, n), cell = Part.Load<TSimd>(c + j, n);
            TSimd dCell = Part.Load<TSimd>(dc + j, n), dao = o;
            if (!normalizes)
            {
                TSimd dHidden = Part.LoadSum<TSimd>(dh, dOut, j, n);
                TSimd tanhC = Activations.Tanh(Part.Load<TSimd>(cNext + j, n));
                dao = dHidden * tanhC * o * (one - o);                        // h' = o*tanh(c')
                dCell += dHidden * o * (one - (tanhC * tanhC));
                Underflow.StoreGradient(dao, gates + at.O + j, n);
            }

            if (sees)
                dCell = TSimd.MultiplyAdd(dao, Part.Load<TSimd>(x.Peepholes + at.PeepO + j, n), dCell);

            TSimd dF = x.IsCoupled ? dCell * (cell - g) : dCell * cell;       // c' = f*c + i*g
            TSimd daf = dF * f * (one - f), dai = dCell * g * i * (one - i);
            TSimd dPrevious = dCell * f;
            if (sees)
            {
                dPrevious = TSimd.MultiplyAdd(daf, Part.Load<TSimd>(x.Peepholes + at.PeepF + j, n), dPrevious);
                if (!x.IsCoupled)
                    dPrevious = TSimd.MultiplyAdd(dai, Part.Load<TSimd>(x.Peepholes + at.PeepI + j, n), dPrevious);
            }

            Underflow.StoreGradient(dPrevious, dc + j, n);
            Underflow.StoreGradient(dCell * i * (one - (g * g)), gates + at.G + j, n);
            Underflow.StoreGradient(daf, gates + at.F + j, n);
            if (!x.IsCoupled)
                Underflow.StoreGradient(dai, gates + at.I + j, n);

            Part.Store(TSimd.Zero, dh + j, n);                                // h reaches h' through the gates only
        }
    }

    /// <summary>h' = o*tanh(gain*cHat + shift); CellHat holds c'.</summary>
    private static void ReadNormalized<TSimd>(in RecurrentBuffers x, float* output, long place, float* hNext)
        where TSimd : struct, ISimd<TSimd>
    {
        float* hat = x.CellHat + place;
        x.CellScales[place / x.H] = LayerNormKernel.Forward<TSimd>(hat, x.H);
        for (int j = 0; j < x.H; j += TSimd.Count)
        {
            int n = x.H - j;
            Part.Store(Part.Load<TSimd>(output + j, n) * Read<TSimd>(x, hat, j, n), hNext + j, n);
        }
    }

    /// <summary>The gradient of o's pre-activation over o, that of gain*cHat + shift, and of c' added to dc.</summary>
    private static void ReadNormalizedBack<TSimd>(in RecurrentBuffers x, float* output, long place, float* dOut,
        float* dh, float* dc)
        where TSimd : struct, ISimd<TSimd>
    {
        float* hat = x.CellHat + place, dRead = x.DCellHat + place;
        TSimd one = TSimd.Create(1f);
        for (int j = 0; j < x.H; j += TSimd.Count)
        {
            int n = x.H - j;
            TSimd o = Part.Load<TSimd>(output + j, n), dHidden = Part.LoadSum<TSimd>(dh, dOut, j, n);
            TSimd tanhC = Read<TSimd>(x, hat, j, n);
            Underflow.StoreGradient(dHidden * o * (one - (tanhC * tanhC)), dRead + j, n);
            Underflow.StoreGradient(dHidden * tanhC * o * (one - o), output + j, n);
        }

        LayerNormKernel.Backward<TSimd>(dRead, x.CellGain, hat, x.CellScales[place / x.H], dc, x.H, add: true);
    }

    private static TSimd Read<TSimd>(in RecurrentBuffers x, float* hat, int j, int n)
        where TSimd : struct, ISimd<TSimd> =>
        Activations.Tanh(TSimd.MultiplyAdd(
            Part.Load<TSimd>(x.CellGain + j, n), Part.Load<TSimd>(hat + j, n), Part.Load<TSimd>(x.CellShift + j, n)));

    /// <summary>A gate's pre-activation: its product, its bias, and what it sees of the cell.</summary>
    private static TSimd Sum<TSimd>(in RecurrentBuffers x, float* gates, int gate, int peephole, TSimd cell, int n)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd sum = Part.Load<TSimd>(gates + gate, n) + Part.Load<TSimd>(x.Bias + gate, n);
        return x.Peepholes == null ? sum : TSimd.MultiplyAdd(Part.Load<TSimd>(x.Peepholes + peephole, n), cell, sum);
    }

    /// <summary>Where the gates lie in their row, and in that of the peepholes; coupled gates have no i.</summary>
    private readonly struct Places(in RecurrentBuffers x)
    {
        public readonly int I = 0, F = x.IsCoupled ? 0 : x.H, G = x.IsCoupled ? x.H : 2 * x.H,
            O = x.IsCoupled ? 2 * x.H : 3 * x.H;

        public readonly int PeepI = 0, PeepF = x.IsCoupled ? 0 : x.H, PeepO = x.IsCoupled ? x.H : 2 * x.H;
    }
}
