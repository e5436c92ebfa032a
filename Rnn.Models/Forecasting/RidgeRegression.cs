using System;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace Rnn.Models.Forecasting;

/// <summary>
/// Least squares with a penalty: the w, c of least sum (y - x*w - c)^2 + n*ridge * sum var(x_j) * w_j^2, from sums over
/// rows that are added one by one. No row is kept.
/// </summary>
internal sealed class RidgeRegression(int inputs)
{
    private readonly double[] _first = new double[inputs + 1];
    private readonly double[] _sums = new double[inputs + 1];
    private readonly double[] _products = new double[(inputs + 1) * (inputs + 1)];
    private readonly double[] _row = new double[inputs + 1];

    /// <summary>n.</summary>
    public int Rows { get; private set; }

    /// <summary>Adds a row.</summary>
    /// <param name="x">[inputs].</param>
    /// <param name="y">What it should give.</param>
    public void Add(ReadOnlySpan<double> x, double y)
    {
        x.CopyTo(_row);
        _row[inputs] = y;

        // Relative to the first row: sums of squares of what is far from 0 would lose the variance.
        if (Rows++ == 0)
            _row.CopyTo(_first, 0);
        for (int i = 0; i <= inputs; i++)
        {
            double value = _row[i] -= _first[i];
            _sums[i] += value;
            Span<double> products = _products.AsSpan(i * (inputs + 1), i + 1);
            for (int j = 0; j < products.Length; j++)
                products[j] += value * _row[j];
        }
    }

    /// <summary>Weights, constant and the deviation of the residuals; all 0 but the constant where nothing
    /// varies.</summary>
    public RidgeSolution Solve(double ridge)
    {
        double[] weights = new double[inputs];
        double constant = _first[inputs] + _sums[inputs] / Rows, variance = Covariance(inputs, inputs);
        Matrix<double> matrix = Matrix<double>.Build.Dense(inputs, inputs);
        Vector<double> right = Vector<double>.Build.Dense(inputs);
        for (int i = 0; i < inputs; i++)
        {
            for (int j = 0; j <= i; j++)
                matrix[i, j] = matrix[j, i] = Covariance(i, j);
            right[i] = Covariance(inputs, i);

            // What never varies has no weight; and the last digits of a sum aren't variance.
            double own = matrix[i, i];
            matrix[i, i] = own > 1e-24 ? own * (1 + Math.Max(ridge, 1e-12)) : 1;
        }

        Cholesky<double>? factor = Factor(matrix);
        if (factor is not null)
        {
            Vector<double> solved = factor.Solve(right);
            solved.AsArray().CopyTo(weights, 0);
            for (int i = 0; i < inputs; i++)
            {
                constant -= weights[i] * (_first[i] + _sums[i] / Rows);
                variance -= 2 * weights[i] * right[i];
                for (int j = 0; j < inputs; j++)
                    variance += weights[i] * weights[j] * Covariance(Math.Max(i, j), Math.Min(i, j));
            }
        }

        double degrees = Math.Max(Rows - inputs - 1, 0.5 * Rows);
        return new RidgeSolution(weights, constant, Math.Sqrt(Math.Max(0, variance) * Rows / degrees),
            Rows);
    }

    private static Cholesky<double>? Factor(Matrix<double> matrix)
    {
        for (double more = 1e-10; more < 1; more *= 100)
        {
            try
            {
                return matrix.Cholesky();
            }
            catch (ArgumentException)
            {
                // Not positive definite, by rounding: inputs that are sums of others.
                for (int i = 0; i < matrix.RowCount; i++)
                    matrix[i, i] *= 1 + more;
            }
        }

        return null;
    }

    private double Covariance(int i, int j) =>
        _products[i * (inputs + 1) + j] / Rows - _sums[i] / Rows * (_sums[j] / Rows);
}

/// <summary>y = x*w + c, and the deviation of what is left.</summary>
internal sealed record RidgeSolution(double[] Weights, double Constant, double Deviation, int Rows)
{
    public double Apply(ReadOnlySpan<double> x)
    {
        double sum = Constant;
        for (int i = 0; i < x.Length; i++)
            sum += Weights[i] * x[i];
        return sum;
    }
}
