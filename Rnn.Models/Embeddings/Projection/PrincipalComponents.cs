using System;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;
using Rnn.Core.Kernels.Vectors;
using Rnn.Core.Tensors;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Embeddings.Projection;

/// <summary>
/// Principal components of points: the directions of largest variance, which are the eigenvectors of the covariance
/// sum of (x - mean)(x - mean)^T / (N - 1). A direction's largest coordinate by magnitude (among equals the first) is
/// positive, so that the same points give the same picture. Computed in double.
/// </summary>
public sealed class PrincipalComponents
{
    private readonly double[] _mean;
    private readonly double[] _directions;
    private readonly double[] _variance;

    private PrincipalComponents(double[] mean, double[] directions, double[] variance, double totalVariance)
    {
        _mean = mean;
        _directions = directions;
        _variance = variance;
        TotalVariance = totalVariance;
    }

    /// <summary>K, the number of components.</summary>
    public int Count => _variance.Length;

    /// <summary>D, the dimensions of the points.</summary>
    public int Dimensions => _mean.Length;

    /// <summary>The mean of the points [D].</summary>
    public ReadOnlySpan<double> Mean => _mean;

    /// <summary>Orthogonal unit vectors [K, D], by falling variance.</summary>
    public ReadOnlySpan<double> Directions => _directions;

    /// <summary>The variance of the points along each direction [K].</summary>
    public ReadOnlySpan<double> ExplainedVariance => _variance;

    /// <summary>The variance along all D directions together.</summary>
    public double TotalVariance { get; }

    /// <summary>Which part of all variance the first so many components hold, 0 to 1; NaN if there is none.</summary>
    /// <param name="components">0 to K.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer.</exception>
    public double ExplainedRatio(int components)
    {
        if ((uint)components > (uint)Count)
            Throw.Outside(nameof(components), components, $"0 to {Count}");
        double sum = 0;
        for (int i = 0; i < components; i++)
            sum += _variance[i];
        return sum / TotalVariance;
    }

    /// <summary>Finds the components of points.</summary>
    /// <param name="points">[N, D], at least two rows, finite. Read.</param>
    /// <param name="components">K, 1 to D.</param>
    /// <exception cref="ArgumentException">
    /// There are fewer than two points, they are not finite, or K is out of range.
    /// </exception>
    public static PrincipalComponents Fit(ReadOnlyMatrixView points, int components = 2)
    {
        int n = points.Rows, d = points.Cols;
        if (n < 2 || d < 1)
            Throw.ProjectionPoints(nameof(PrincipalComponents), nameof(points), points.ToString(), "at least [2, 1]");
        if (components < 1 || components > d)
            Throw.Outside(nameof(components), components, $"1 to {d}");
        for (int row = 0; row < n; row++)
        {
            if (!Reductions.AllFinite(points.Row(row)))
                Throw.ProjectionNotFinite(nameof(PrincipalComponents), nameof(points), row);
        }

        double[] mean = MeanOf(points);
        Matrix<double> covariance = Covariance(points, mean);
        double total = 0;
        for (int i = 0; i < d; i++)
            total += covariance[i, i];

        Evd<double> eigen = covariance.Evd(Symmetricity.Symmetric);   // values ascend
        double[] directions = new double[components * d], variance = new double[components];
        for (int k = 0; k < components; k++)
        {
            int column = d - 1 - k;
            variance[k] = Math.Max(0, eigen.EigenValues[column].Real);   // rounding
            Span<double> direction = directions.AsSpan(k * d, d);
            for (int i = 0; i < d; i++)
                direction[i] = eigen.EigenVectors[i, column];
            FixSign(direction);
        }

        return new PrincipalComponents(mean, directions, variance, total);
    }

    /// <summary>The coordinates of points along the directions: (x - mean)*direction.</summary>
    /// <param name="points">[N, D]. Read.</param>
    /// <returns>[N, K], row-major.</returns>
    /// <exception cref="ArgumentException">The points have another number of columns.</exception>
    public double[] Project(ReadOnlyMatrixView points)
    {
        if (points.Cols != Dimensions)
        {
            Throw.ProjectionPoints(nameof(PrincipalComponents), nameof(points), points.ToString(),
                $"{Dimensions} columns");
        }

        double[] coordinates = new double[points.Rows * Count];
        for (int row = 0; row < points.Rows; row++)
        {
            ReadOnlySpan<float> x = points.Row(row);
            for (int k = 0; k < Count; k++)
            {
                double dot = 0;
                for (int i = 0; i < x.Length; i++)
                    dot += (x[i] - _mean[i]) * _directions[(k * Dimensions) + i];
                coordinates[(row * Count) + k] = dot;
            }
        }

        return coordinates;
    }

    private static double[] MeanOf(ReadOnlyMatrixView points)
    {
        double[] mean = new double[points.Cols];
        for (int row = 0; row < points.Rows; row++)
        {
            ReadOnlySpan<float> x = points.Row(row);
            for (int i = 0; i < mean.Length; i++)
                mean[i] += x[i];
        }

        for (int i = 0; i < mean.Length; i++)
            mean[i] /= points.Rows;
        return mean;
    }

    private static Matrix<double> Covariance(ReadOnlyMatrixView points, double[] mean)
    {
        int d = mean.Length;
        double[] sums = new double[d * d], centred = new double[d];
        for (int row = 0; row < points.Rows; row++)
        {
            ReadOnlySpan<float> x = points.Row(row);
            for (int i = 0; i < d; i++)
                centred[i] = x[i] - mean[i];
            for (int i = 0; i < d; i++)
            {
                Span<double> line = sums.AsSpan(i * d, i + 1);
                double factor = centred[i];
                for (int j = 0; j < line.Length; j++)
                    line[j] += factor * centred[j];
            }
        }

        double count = points.Rows - 1;
        return Matrix<double>.Build.Dense(d, d, (i, j) => sums[(Math.Max(i, j) * d) + Math.Min(i, j)] / count);
    }

    private static void FixSign(Span<double> direction)
    {
        double largest = 0;
        foreach (double value in direction)
        {
            if (Math.Abs(value) > Math.Abs(largest))
                largest = value;
        }

        if (largest < 0)
        {
            foreach (ref double value in direction)
                value = -value;
        }
    }
}
