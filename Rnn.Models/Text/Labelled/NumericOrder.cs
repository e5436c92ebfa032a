using System;
using System.Collections.Generic;

namespace Rnn.Models.Text.Labelled;

/// <summary>Names by their chars (ordinal), but runs of ASCII digits by their value: 2_7 is before 10_4.</summary>
internal sealed class NumericOrder : IComparer<string>
{
    public static readonly NumericOrder Instance = new();

    public int Compare(string? x, string? y)
    {
        ReadOnlySpan<char> a = x, b = y;
        while (a.Length > 0 && b.Length > 0)
        {
            int digitsA = Digits(a), digitsB = Digits(b);
            int order;
            if (digitsA > 0 && digitsB > 0)
            {
                order = CompareNumbers(a[..digitsA], b[..digitsB]);
                a = a[digitsA..];
                b = b[digitsB..];
            }
            else
            {
                order = a[0] - b[0];
                a = a[1..];
                b = b[1..];
            }

            if (order != 0)
                return order;
        }

        return a.Length != b.Length ? a.Length - b.Length : string.CompareOrdinal(x, y);   // 01 and 1: never equal
    }

    private static int Digits(ReadOnlySpan<char> text)
    {
        int other = text.IndexOfAnyExceptInRange('0', '9');
        return other < 0 ? text.Length : other;
    }

    // Of any number of digits: no integer holds them all.
    private static int CompareNumbers(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        a = a.TrimStart('0');
        b = b.TrimStart('0');
        return a.Length != b.Length ? a.Length - b.Length : a.SequenceCompareTo(b);
    }
}
