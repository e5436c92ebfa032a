using System;

namespace Rnn.Benchmarks.Peers.Checking;

/// <summary>How far two results are apart.</summary>
/// <param name="Relative">|ours - theirs| / |theirs|, Euclidean norms.</param>
/// <param name="Worst">The place of the largest single difference.</param>
/// <param name="Ours">What ours has there.</param>
/// <param name="Theirs">What theirs has there.</param>
internal readonly record struct Difference(double Relative, int Worst, float Ours, float Theirs)
{
    public static Difference Of(ReadOnlySpan<float> ours, ReadOnlySpan<float> theirs)
    {
        if (ours.Length != theirs.Length)
            throw new InvalidOperationException($"Ours has {ours.Length} elements, theirs {theirs.Length}.");

        double squares = 0, norm = 0, largest = -1;
        int worst = 0;
        for (int i = 0; i < ours.Length; i++)
        {
            double difference = Math.Abs((double)ours[i] - theirs[i]);
            squares += difference * difference;
            norm += (double)theirs[i] * theirs[i];
            if (!(difference <= largest))   // NaN counts
            {
                largest = difference;
                worst = i;
            }
        }

        double relative = squares == 0 ? 0 : Math.Sqrt(squares / norm);
        return new Difference(relative, worst, ours[worst], theirs[worst]);
    }

    public override string ToString() =>
        $"{Relative:E1}, worst [{Worst}] {Ours:G9} against {Theirs:G9}";
}
