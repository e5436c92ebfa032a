using System;
using Rnn.Core.Kernels.Products;
using Rnn.Core.Tensors;
using Rnn.Tests.Kernels;
using Xunit;
using Bits = Rnn.Tests.Kernels.Bits;

namespace Rnn.Tests.Tensors;

public class MatrixProductTests
{
    [Theory]
    [MemberData(nameof(GemmTests.Forms), MemberType = typeof(GemmTests))]
    public void BlocksOfColumnsMultiplyLikeCopies(GemmForm form, bool add)
    {
        foreach ((int m, int n, int k) in new[]
            { (1, 5, 3), (3, 40, 17), (20, 33, 30), (6, 0, 4), (0, 3, 2), (4, 4, 0) })
        {
            (int Rows, int Cols) sizeA = form == GemmForm.TN ? (k, m) : (m, k);
            (int Rows, int Cols) sizeB = form == GemmForm.NT ? (n, k) : (k, n);
            float[] a = GemmTests.Values(sizeA.Rows * (sizeA.Cols + 5), 1);
            float[] b = GemmTests.Values(sizeB.Rows * (sizeB.Cols + 9), 2);
            float[] c = GemmTests.Values(m * (n + 3), 3), old = (float[])c.Clone();
            ReadOnlyMatrixView viewA = new ReadOnlyMatrixView(a, sizeA.Rows, sizeA.Cols + 5).Columns(2, sizeA.Cols);
            ReadOnlyMatrixView viewB = new ReadOnlyMatrixView(b, sizeB.Rows, sizeB.Cols + 9).Columns(4, sizeB.Cols);
            MatrixView viewC = new MatrixView(c, m, n + 3).Columns(1, n);
            float[] copyA = new float[m * k], copyB = new float[k * n], copyC = new float[m * n];
            viewA.CopyTo(new MatrixView(copyA, sizeA.Rows, sizeA.Cols));
            viewB.CopyTo(new MatrixView(copyB, sizeB.Rows, sizeB.Cols));
            viewC.CopyTo(new MatrixView(copyC, m, n));
            Gemm.Multiply(form, m, n, k, copyA, sizeA.Cols, copyB, sizeB.Cols, copyC, n, add);
            MatrixProduct.Multiply(form, viewA, viewB, viewC, add);
            new ReadOnlyMatrixView(copyC, m, n).CopyTo(new MatrixView(old, m, n + 3).Columns(1, n));
            Bits.AssertEqual(old, c);   // and what lies beside the block is as before
        }
    }

    [Fact]
    public void HeadsOfSequencesMultiplyOneByOne()
    {
        const int t = 7, s = 9, b = 3, heads = 2, d = 5;
        float[] q = GemmTests.Values(t * b * heads * d, 1), k = GemmTests.Values(s * b * heads * d, 2);
        float[] scores = new float[b * heads * t * s], y = new float[t * b * heads * d];
        ReadOnlySequenceView viewQ = new(q, t, b, heads * d), viewK = new(k, s, b, heads * d);
        MatrixBatchView viewS = new(scores, b * heads, t, s);
        SequenceView viewY = new(y, t, b, heads * d);
        MatrixProduct.Multiply(GemmForm.NT, viewQ.Heads(heads), viewK.Heads(heads), viewS);
        MatrixProduct.Multiply(GemmForm.NN, viewS, viewK.Heads(heads), viewY.Heads(heads));
        float[] expectedY = new float[t * b * heads * d];
        for (int row = 0; row < b; row++)
        {
            for (int head = 0; head < heads; head++)
            {
                float[] one = new float[t * s];
                ReadOnlyMatrixView keys = viewK.Sample(row).Columns(head * d, d);
                MatrixProduct.Multiply(GemmForm.NT, viewQ.Sample(row).Columns(head * d, d), keys,
                    new MatrixView(one, t, s));
                Bits.AssertEqual(one, viewS[(row * heads) + head].Span);
                MatrixProduct.Multiply(GemmForm.NN, new ReadOnlyMatrixView(one, t, s), keys,
                    new SequenceView(expectedY, t, b, heads * d).Sample(row).Columns(head * d, d));
            }
        }

        Bits.AssertEqual(expectedY, y);
    }

    [Fact]
    public void ShapesThatDisagreeAreRefused()
    {
        float[] six = new float[6], c = new float[9];
        MatrixViewTests.Says<ArgumentException>(() => MatrixProduct.Multiply(GemmForm.NN,
            new ReadOnlyMatrixView(six, 2, 3), new ReadOnlyMatrixView(six, 2, 3), new MatrixView(c, 3, 3)),
            "NN of A [2, 3] and B [2, 3] into C [3, 3]", "A [M, K], B [K, N], C [M, N]");
        MatrixViewTests.Says<ArgumentException>(() => MatrixProduct.Multiply(GemmForm.NT,
            new ReadOnlyMatrixView(six, 2, 3), new ReadOnlyMatrixView(six, 3, 2), new MatrixView(c, 3, 3)), "NT");
        MatrixViewTests.Says<ArgumentException>(() => MatrixProduct.Multiply(GemmForm.TN,
            new ReadOnlyMatrixView(six, 2, 3), new ReadOnlyMatrixView(six, 3, 2), new MatrixView(c, 3, 3)),
            "A [K, M]");
        MatrixProduct.Multiply(GemmForm.TN, new ReadOnlyMatrixView(six, 2, 3), new ReadOnlyMatrixView(six, 2, 3),
            new MatrixView(c, 3, 3));
    }
}
