using System;
using System.Collections.Generic;
using Rnn.Core.Kernels.RandomNumbers;

namespace Rnn.Tests.Kernels;

/// <summary>A window: its word, the contexts from left to right, the centre and the negatives.</summary>
internal sealed record PlannedWindow(int Centre, int[] Contexts, int[] Negatives)
{
    /// <summary>How far into the piece's kept words the centre is, 0 to 1.</summary>
    public double Place { get; init; }
}

/// <summary>What is drawn for a text, one random word at a time, from the definitions.</summary>
internal sealed record WindowPlanOracle(float[] Keep, AliasTable Noise, int Reach, int Negatives, ulong Seed)
{
    private const int Piece = 2048;
    private const int Tries = 16;

    public int Vocabulary => Keep.Length;

    /// <summary>The windows of each piece.</summary>
    public List<List<PlannedWindow>> Plan(ReadOnlySpan<int> entries, int epoch, long position)
    {
        List<List<PlannedWindow>> pieces = [];
        for (int start = 0; start < entries.Length; start += Piece)
            pieces.Add(PlanPiece(entries[start..Math.Min(entries.Length, start + Piece)], epoch, position + start));

        return pieces;
    }

    private List<PlannedWindow> PlanPiece(ReadOnlySpan<int> entries, int epoch, long position)
    {
        ulong stream = (1UL << 32) + (4 * (ulong)epoch);
        List<(int Word, int Sentence)> kept = [];
        int sentence = 0;
        for (int i = 0; i < entries.Length; i++)
        {
            if (entries[i] < 0)
                sentence++;
            else if (Word(stream, position + i) <= (uint)((double)Keep[entries[i]] * uint.MaxValue))
                kept.Add((entries[i], sentence));
        }

        List<PlannedWindow> windows = [];
        for (int i = 0; i < kept.Count; i++)
        {
            long first = (position + i) * WordsPerWindow;
            int reach = 1 + Scale(Word(stream + 1, first), Reach);
            List<int> contexts = [];
            for (int j = i - reach; j <= i + reach; j++)
            {
                if (j != i && j >= 0 && j < kept.Count && kept[j].Sentence == kept[i].Sentence)
                    contexts.Add(kept[j].Word);
            }

            if (contexts.Count > 0)
            {
                int[] negatives = new int[Negatives];
                for (int k = 0; k < Negatives; k++)
                {
                    long number = ((position + i) * Negatives) + k;
                    negatives[k] = Negative(kept[i].Word, stream, first + 1 + (2 * k), number);
                }

                windows.Add(new PlannedWindow(kept[i].Word, [.. contexts], negatives) { Place = i / (double)kept.Count });
            }
        }

        return windows;
    }

    /// <summary>A window's random words: one for the reach, two for each negative, whole blocks of four.</summary>
    private int WordsPerWindow => (1 + (2 * Negatives) + 3) / 4 * 4;

    private int Negative(int centre, ulong stream, long firstWord, long number)
    {
        AliasEntry column = Noise.Entries[Scale(Word(stream + 1, firstWord), Vocabulary)];
        int word = Word(stream + 1, firstWord + 1) < column.Threshold
            ? Scale(Word(stream + 1, firstWord), Vocabulary)
            : column.Alias;
        Philox again = new(Seed, stream + 2) { Position = (ulong)number * (2 * Tries) };
        for (int i = 0; i < Tries && word == centre; i++)
            word = Noise.Sample(ref again);

        return word == centre ? (centre + 1) % Vocabulary : word;
    }

    private uint Word(ulong stream, long number) =>
        new Philox(Seed, stream) { Position = (ulong)number }.NextUInt32();

    private static int Scale(uint random, int limit) => (int)(((ulong)random * (ulong)limit) >> 32);
}
