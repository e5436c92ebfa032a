using System.Runtime.CompilerServices;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Kernels.Vectors;

namespace Rnn.Core.Kernels.Recurrent;

/// <summary>
/// The pointwise half of a simple recurrent layer, both ways: h' = tanh(.). Source: Elman 1990.
/// </summary>
internal readonly unsafe struct TanhCell : IRecurrentCell
{
    public static void Multiply(in RecurrentBuffers x, int rows, float* h, float* gates) =>
        Gemm.MultiplyStep(x.Alone, rows, x.H, x.H, h, x.H, x.Weights, gates, x.GateStride, add: true);

    public static void MultiplyBack(in RecurrentBuffers x, int rows, float* dGates, float* dh) =>
        Gemm.MultiplyStep(x.Alone, rows, x.H, x.H, dGates, x.GateStride, x.Weights, dh, x.H, add: true);

    [MethodImpl(MethodImplOptions.NoInlining)]   // see IRecurrentCell
    public static void Forward<TSimd>(in RecurrentBuffers x, float* gates, float* h, float* c, float* hNext,
        float* cNext)
        where TSimd : struct, ISimd<TSimd>
    {
        for (int j = 0; j < x.H; j += TSimd.Count)
        {
            int n = x.H - j;
            TSimd sum = Part.Load<TSimd>(gates + j, n) + Part.Load<TSimd>(x.Bias + j, n);
            Part.Store(Activations.Tanh(sum), hNext + j, n);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]   // see IRecurrentCell
    public static void Backward<TSimd>(in RecurrentBuffers x, float* gates, float* h, float* c, float* hNext,
        float* cNext, float* dOut, float* dh, float* dc)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd one = TSimd.Create(1f);
        for (int j = 0; j < x.H; j += TSimd.Count)
        {
            int n = x.H - j;
            TSimd hidden = Part.Load<TSimd>(hNext + j, n);
            TSimd dSum = Part.LoadSum<TSimd>(dh, dOut, j, n) * (one - (hidden * hidden));   // h' = tanh(.)
            Underflow.StoreGradient(dSum, gates + j, n);
            Part.Store(TSimd.Zero, dh + j, n);
        }
    }
}

/// <summary>The same with h' = max(., 0); the derivative at 0 is 0.</summary>
internal readonly unsafe struct ReluCell : IRecurrentCell
{
    public static void Multiply(in RecurrentBuffers x, int rows, float* h, float* gates) =>
        TanhCell.Multiply(x, rows, h, gates);

    public static void MultiplyBack(in RecurrentBuffers x, int rows, float* dGates, float* dh) =>
        TanhCell.MultiplyBack(x, rows, dGates, dh);

    [MethodImpl(MethodImplOptions.NoInlining)]   // see IRecurrentCell
    public static void Forward<TSimd>(in RecurrentBuffers x, float* gates, float* h, float* c, float* hNext,
        float* cNext)
        where TSimd : struct, ISimd<TSimd>
    {
        for (int j = 0; j < x.H; j += TSimd.Count)
        {
            int n = x.H - j;
            TSimd sum = Part.Load<TSimd>(gates + j, n) + Part.Load<TSimd>(x.Bias + j, n);
            Part.Store(Activations.Relu(sum), hNext + j, n);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]   // see IRecurrentCell
    public static void Backward<TSimd>(in RecurrentBuffers x, float* gates, float* h, float* c, float* hNext,
        float* cNext, float* dOut, float* dh, float* dc)
        where TSimd : struct, ISimd<TSimd>
    {
        for (int j = 0; j < x.H; j += TSimd.Count)
        {
            int n = x.H - j;
            TSimd positive = TSimd.LessThan(TSimd.Zero, Part.Load<TSimd>(hNext + j, n));
            TSimd dSum = TSimd.Select(positive, Part.LoadSum<TSimd>(dh, dOut, j, n), TSimd.Zero);   // h' = max(., 0)
            Underflow.StoreGradient(dSum, gates + j, n);
            Part.Store(TSimd.Zero, dh + j, n);
        }
    }
}
