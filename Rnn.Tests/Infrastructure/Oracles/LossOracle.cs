using System;
using System.Linq;

namespace Rnn.Tests.Infrastructure.Oracles;

/// <summary>
/// The losses by their definitions: the sum over the counted targets, and how many those are. Row weights are [N], or
/// none: all 1; rows of weight 0 are left out.
/// </summary>
internal static class LossOracle
{
    /// <summary>The target of a row that doesn't count.</summary>
    public const int Ignored = -100;

    /// <summary>
    /// r*((1-s)*c[t]*l[t] + s/V * sum over v of c[v]*l[v]) with l = -log softmax(logits[n]), logits [N, V], t the target,
    /// s the smoothing, c the weights of classes and r of the row.
    /// </summary>
    public static (double Sum, int Count) SoftmaxCrossEntropy(double[] logits, int[] targets, double smoothing = 0,
        float[]? classWeights = null, float[]? rowWeights = null)
    {
        int v = logits.Length / targets.Length, count = 0;
        double sum = 0;
        for (int n = 0; n < targets.Length; n++)
        {
            double r = Weight(rowWeights, n);
            if (targets[n] == Ignored || r == 0 || (smoothing == 0 && Weight(classWeights, targets[n]) == 0))
                continue;

            double[] row = logits[(n * v)..((n + 1) * v)];
            double log = Math.Log(row.Sum(Math.Exp));
            sum += r * (1 - smoothing) * Weight(classWeights, targets[n]) * (log - row[targets[n]]);
            sum += r * smoothing / v * row.Select((x, k) => Weight(classWeights, k) * (log - x)).Sum();
            count++;
        }

        return (sum, count);
    }

    /// <summary>h^2/F of every step t &lt; length, h being [T, B, F].</summary>
    public static (double Sum, int Count) ActivationPenalty(double[] h, int steps, int batch, int[] lengths)
    {
        int features = h.Length / (steps * batch), count = 0;
        double sum = 0;
        for (int i = 0; i < h.Length; i++)
        {
            int t = i / (batch * features), b = i / features % batch;
            if (lengths.Length > 0 && t >= lengths[b])
                continue;

            sum += h[i] * h[i] / features;
            count += i % features == 0 ? 1 : 0;
        }

        return (sum, count);
    }

    /// <summary>Of each row with L steps, two or more: L times the mean of (h[t] - h[t-1])^2 over its L-1 changes.</summary>
    public static (double Sum, int Count) TemporalActivationPenalty(double[] h, int steps, int batch, int[] lengths)
    {
        int features = h.Length / (steps * batch), count = 0;
        double sum = 0;
        for (int b = 0; b < batch; b++)
        {
            int length = lengths.Length == 0 ? steps : lengths[b];
            if (length < 2)
                continue;

            double[] squares = [.. from t in Enumerable.Range(1, length - 1)
                                   from k in Enumerable.Range(0, features)
                                   select Math.Pow(At(t, b, k) - At(t - 1, b, k), 2)];
            sum += length * squares.Average();
            count += length;
        }

        return (sum, count);

        double At(int t, int b, int k) => h[(((t * batch) + b) * features) + k];
    }

    /// <summary>-w*(y*log(sigmoid(x)) + (1-y)*log(1 - sigmoid(x))).</summary>
    public static (double Sum, int Count) SigmoidCrossEntropy(double[] logits, float[] targets, int columns,
        float[]? rowWeights = null) =>
        Elements(logits, targets, columns, rowWeights, (x, y) =>
        {
            double p = 1 / (1 + Math.Exp(-x));
            return -((y * Math.Log(p)) + ((1 - y) * Math.Log(1 - p)));
        });

    /// <summary>w*(prediction - target)^2.</summary>
    public static (double Sum, int Count) MeanSquaredError(double[] predictions, float[] targets, int columns,
        float[]? rowWeights = null) =>
        Elements(predictions, targets, columns, rowWeights, (p, y) => (p - y) * (p - y));

    /// <summary>w*e^2/2, or w*delta*(|e| - delta/2) where |e| is above delta.</summary>
    public static (double Sum, int Count) Huber(double[] predictions, float[] targets, int columns, double delta,
        float[]? rowWeights = null) =>
        Elements(predictions, targets, columns, rowWeights, (p, y) => Math.Abs(p - y) <= delta
            ? (p - y) * (p - y) / 2
            : delta * (Math.Abs(p - y) - (delta / 2)));

    /// <summary>w * sum over levels q of max(q*(y-p), (q-1)*(y-p)) of predictions [N, Q].</summary>
    public static (double Sum, int Count) Pinball(double[] predictions, float[] targets, float[] levels,
        float[]? rowWeights = null)
    {
        double sum = 0;
        for (int n = 0; n < targets.Length; n++)
        {
            for (int k = 0; k < levels.Length && Weight(rowWeights, n) != 0; k++)
            {
                double e = targets[n] - predictions[(n * levels.Length) + k], q = levels[k];
                sum += Weight(rowWeights, n) * Math.Max(q * e, (q - 1) * e);
            }
        }

        return (sum, Enumerable.Range(0, targets.Length).Count(n => Weight(rowWeights, n) != 0));
    }

    private static (double Sum, int Count) Elements(double[] x, float[] y, int columns, float[]? rowWeights,
        Func<double, double, double> loss)
    {
        double sum = 0;
        int count = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double weight = Weight(rowWeights, i / columns);
            if (weight == 0)
                continue;

            sum += weight * loss(x[i], y[i]);
            count++;
        }

        return (sum, count);
    }

    /// <summary>-log N(y; a, (least + softplus(b))^2), outputs [N, 2].</summary>
    public static (double Sum, int Count) Normal(double[] outputs, float[] targets, double least,
        float[]? rowWeights = null) => Rows(outputs, targets, rowWeights, (x, y, n) =>
        {
            double sigma = least + Softplus(x[1]), z = (y - x[0]) / sigma;
            return (z * z / 2) + Math.Log(sigma * Math.Sqrt(2 * Math.PI));
        });

    /// <summary>-log of Student's t, location a, scale least + softplus(b), 2 + softplus(c) degrees of freedom, outputs
    /// [N, 3].</summary>
    public static (double Sum, int Count) StudentT(double[] outputs, float[] targets, double least,
        float[]? rowWeights = null) => Rows(outputs, targets, rowWeights, (x, y, n) =>
        {
            double scale = least + Softplus(x[1]), v = 2 + Softplus(x[2]), z = (y - x[0]) / scale;
            double power = Math.Pow(1 + (z * z / v), (v + 1) / 2);
            return LogGamma(v / 2) - LogGamma((v + 1) / 2) + Math.Log(Math.Sqrt(v * Math.PI) * scale * power);
        });

    /// <summary>-log of the negative binomial with mean s*(1e-6 + softplus(a)), dispersion (1e-3 + softplus(b))/sqrt(s),
    /// outputs [N, 2]: r failures come, each with probability r/(r + mean), before y counts.</summary>
    public static (double Sum, int Count) NegativeBinomial(double[] outputs, float[] targets, float[]? scales = null,
        float[]? rowWeights = null) =>
        Rows(outputs, targets, rowWeights, (x, y, n) =>
        {
            double s = Weight(scales, n), mean = s * (1e-6 + Softplus(x[0]));
            double r = Math.Sqrt(s) / (1e-3 + Softplus(x[1])), p = r / (r + mean), log = r * Math.Log(p);
            for (int k = 0; k < y; k++)
                log += Math.Log((r + k) / (k + 1) * (1 - p));

            return -log;
        });

    private static (double Sum, int Count) Rows(double[] outputs, float[] targets, float[]? rowWeights,
        Func<double[], double, int, double> loss)
    {
        int columns = outputs.Length / targets.Length;
        int[] counted = [.. Enumerable.Range(0, targets.Length).Where(n => Weight(rowWeights, n) != 0)];
        return (counted.Sum(n => Weight(rowWeights, n)
            * loss(outputs[(n * columns)..((n + 1) * columns)], targets[n], n)), counted.Length);
    }

    // From 100 on Stirling's series needs two terms; below, Gamma(x) = Gamma(x + 1)/x.
    private static double LogGamma(double x) => x < 100
        ? LogGamma(x + 1) - Math.Log(x)
        : ((x - 0.5) * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI)) + (1 / (12 * x)) - (1 / (360 * x * x * x));

    private static double Softplus(double x) => x > 30 ? x : Math.Log(1 + Math.Exp(x));

    private static double Weight(float[]? weights, int i) => weights is { Length: > 0 } ? weights[i] : 1;
}
