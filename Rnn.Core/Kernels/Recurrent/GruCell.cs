using System.Runtime.CompilerServices;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Kernels.Vectors;

namespace Rnn.Core.Kernels.Recurrent;

/// <summary>
/// The pointwise half of a GRU ("reset after", design decision D12), both ways. The row holds [r | z | n | m], H each,
/// with m = W_hn*h + b_hn: r, z = sigmoid(.), n = tanh(x-part + b_in + r*m), h' = (1-z)*n + z*h.
/// Source: Cho et al. 2014 with the reset gate after the product, as in cuDNN.
/// </summary>
internal readonly unsafe struct GruCell : IRecurrentCell
{
    public static void Multiply(in RecurrentBuffers x, int rows, float* h, float* gates)
    {
        Gemm.MultiplyStep(x.Alone, rows, 2 * x.H, x.H, h, x.H, x.Weights, gates, x.GateStride, add: true);
        Gemm.MultiplyStep(x.Alone, rows, x.H, x.H, h, x.H, x.Weights2, gates + (3 * x.H), x.GateStride, add: false);
    }

    public static void MultiplyBack(in RecurrentBuffers x, int rows, float* dGates, float* dh)
    {
        Gemm.MultiplyStep(x.Alone, rows, x.H, 2 * x.H, dGates, x.GateStride, x.Weights, dh, x.H, add: true);
        Gemm.MultiplyStep(x.Alone, rows, x.H, x.H, dGates + (3 * x.H), x.GateStride, x.Weights2, dh, x.H, add: true);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]   // see IRecurrentCell
    public static void Forward<TSimd>(in RecurrentBuffers x, float* gates, float* h, float* c, float* hNext,
        float* cNext)
        where TSimd : struct, ISimd<TSimd>
    {
        float* pr = gates, pz = gates + x.H, pn = gates + (2 * x.H), pm = gates + (3 * x.H);
        float* br = x.Bias, bz = br + x.H, bn = bz + x.H, bm = bn + x.H;
        for (int j = 0; j < x.H; j += TSimd.Count)
        {
            int count = x.H - j;
            TSimd r = Activations.Sigmoid(Part.Load<TSimd>(pr + j, count) + Part.Load<TSimd>(br + j, count));
            TSimd z = Activations.Sigmoid(Part.Load<TSimd>(pz + j, count) + Part.Load<TSimd>(bz + j, count));
            TSimd m = Part.Load<TSimd>(pm + j, count) + Part.Load<TSimd>(bm + j, count);
            TSimd n = Activations.Tanh(
                TSimd.MultiplyAdd(r, m, Part.Load<TSimd>(pn + j, count) + Part.Load<TSimd>(bn + j, count)));
            TSimd hidden = TSimd.MultiplyAdd(z, Part.Load<TSimd>(h + j, count) - n, n);   // (1-z)*n + z*h
            Part.Store(r, pr + j, count);
            Part.Store(z, pz + j, count);
            Part.Store(n, pn + j, count);
            Part.Store(m, pm + j, count);
            Part.Store(hidden, hNext + j, count);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]   // see IRecurrentCell
    public static void Backward<TSimd>(in RecurrentBuffers x, float* gates, float* h, float* c, float* hNext,
        float* cNext, float* dOut, float* dh, float* dc)
        where TSimd : struct, ISimd<TSimd>
    {
        float* pr = gates, pz = gates + x.H, pn = gates + (2 * x.H), pm = gates + (3 * x.H);
        TSimd one = TSimd.Create(1f);
        for (int j = 0; j < x.H; j += TSimd.Count)
        {
            int count = x.H - j;
            TSimd r = Part.Load<TSimd>(pr + j, count), z = Part.Load<TSimd>(pz + j, count);
            TSimd n = Part.Load<TSimd>(pn + j, count), m = Part.Load<TSimd>(pm + j, count);
            TSimd dHidden = Part.LoadSum<TSimd>(dh, dOut, j, count);
            TSimd dZ = dHidden * (Part.Load<TSimd>(h + j, count) - n);        // h' = n + z*(h - n)
            TSimd dN = dHidden * (one - z) * (one - (n * n));                 // n = tanh(.), its pre-activation
            Underflow.StoreGradient(dHidden * z, dh + j, count);              // the part that passes by the gates
            Underflow.StoreGradient(dN * r, pm + j, count);                   // . + r*m
            Underflow.StoreGradient(dN, pn + j, count);
            Underflow.StoreGradient(dZ * z * (one - z), pz + j, count);       // z = sigmoid(.)
            Underflow.StoreGradient(dN * m * r * (one - r), pr + j, count);   // r = sigmoid(.)
        }
    }
}
