using System.Runtime.CompilerServices;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Kernels.Vectors;

namespace Rnn.Core.Kernels.Recurrent;

/// <summary>
/// The pointwise half of an LSTM, both ways. Gates [i | f | g | o], H each:
/// i, f, o = sigmoid(.), g = tanh(.), c' = f*c + i*g, h' = o*tanh(c').
/// Source: Hochreiter and Schmidhuber 1997, with the forget gate of Gers, Schmidhuber and Cummins 2000. No peepholes.
/// </summary>
internal readonly unsafe struct LstmCell : IRecurrentCell
{
    public static void Multiply(in RecurrentBuffers x, int rows, float* h, float* gates) =>
        Gemm.MultiplyStep(x.Alone, rows, 4 * x.H, x.H, h, x.H, x.Weights, gates, x.GateStride, add: true);

    public static void MultiplyBack(in RecurrentBuffers x, int rows, float* dGates, float* dh) =>
        Gemm.MultiplyStep(x.Alone, rows, x.H, 4 * x.H, dGates, x.GateStride, x.Weights, dh, x.H, add: true);

    [MethodImpl(MethodImplOptions.NoInlining)]   // see IRecurrentCell
    public static void Forward<TSimd>(in RecurrentBuffers x, float* gates, float* h, float* c, float* hNext,
        float* cNext)
        where TSimd : struct, ISimd<TSimd>
    {
        float* pi = gates, pf = gates + x.H, pg = gates + (2 * x.H), po = gates + (3 * x.H);
        float* bi = x.Bias, bf = bi + x.H, bg = bf + x.H, bo = bg + x.H;
        for (int j = 0; j < x.H; j += TSimd.Count)
        {
            int n = x.H - j;
            TSimd i = Activations.Sigmoid(Part.Load<TSimd>(pi + j, n) + Part.Load<TSimd>(bi + j, n));
            TSimd f = Activations.Sigmoid(Part.Load<TSimd>(pf + j, n) + Part.Load<TSimd>(bf + j, n));
            TSimd g = Activations.Tanh(Part.Load<TSimd>(pg + j, n) + Part.Load<TSimd>(bg + j, n));
            TSimd o = Activations.Sigmoid(Part.Load<TSimd>(po + j, n) + Part.Load<TSimd>(bo + j, n));
            TSimd cell = TSimd.MultiplyAdd(f, Part.Load<TSimd>(c + j, n), i * g);
            TSimd hidden = o * Activations.Tanh(cell);
            Part.Store(i, pi + j, n);
            Part.Store(f, pf + j, n);
            Part.Store(g, pg + j, n);
            Part.Store(o, po + j, n);
            Part.Store(cell, cNext + j, n);
            Part.Store(hidden, hNext + j, n);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]   // see IRecurrentCell
    public static void Backward<TSimd>(in RecurrentBuffers x, float* gates, float* h, float* c, float* hNext,
        float* cNext, float* dOut, float* dh, float* dc)
        where TSimd : struct, ISimd<TSimd>
    {
        float* pi = gates, pf = gates + x.H, pg = gates + (2 * x.H), po = gates + (3 * x.H);
        TSimd one = TSimd.Create(1f);
        for (int j = 0; j < x.H; j += TSimd.Count)
        {
            int n = x.H - j;
            TSimd i = Part.Load<TSimd>(pi + j, n), f = Part.Load<TSimd>(pf + j, n);
            TSimd g = Part.Load<TSimd>(pg + j, n), o = Part.Load<TSimd>(po + j, n);
            TSimd dHidden = Part.LoadSum<TSimd>(dh, dOut, j, n);
            TSimd tanhC = Activations.Tanh(Part.Load<TSimd>(cNext + j, n));   // recomputed: cheaper than keeping it
            TSimd dO = dHidden * tanhC;                                       // h' = o*tanh(c')
            TSimd dCell = Part.Load<TSimd>(dc + j, n) + (dHidden * o * (one - (tanhC * tanhC)));
            TSimd dI = dCell * g, dG = dCell * i;                             // c' = f*c + i*g
            TSimd dF = dCell * Part.Load<TSimd>(c + j, n);
            Underflow.StoreGradient(dCell * f, dc + j, n);
            Underflow.StoreGradient(dO * o * (one - o), po + j, n);           // o = sigmoid(.)
            Underflow.StoreGradient(dG * (one - (g * g)), pg + j, n);         // g = tanh(.)
            Underflow.StoreGradient(dF * f * (one - f), pf + j, n);           // f = sigmoid(.)
            Underflow.StoreGradient(dI * i * (one - i), pi + j, n);           // i = sigmoid(.)
            Part.Store(TSimd.Zero, dh + j, n);                                // h reaches h' through the gates only
        }
    }
}
