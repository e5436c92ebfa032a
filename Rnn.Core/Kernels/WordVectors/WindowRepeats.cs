using System;

namespace Rnn.Core.Kernels.WordVectors;

/// <summary>
/// How often a batch has each of its rows, and at least 1. Rows are told apart by the last bits of their number: two
/// that fall together count as one.
/// </summary>
internal readonly unsafe struct WindowRepeats
{
    /// <summary>Integers of scratch.</summary>
    public const int ScratchLength = InputBuckets + OutputBuckets + WindowPiece.Length + 1;

    private const int InputBuckets = 512, OutputBuckets = 512;
    private const int InputBits = InputBuckets - 1, OutputBits = OutputBuckets - 1;

    private readonly WindowSettings _settings;
    private readonly ushort* _inputs;    // [InputBuckets]
    private readonly ushort* _outputs;   // [OutputBuckets]
    private readonly ushort* _parts;     // [words of a piece + 1]

    /// <summary>A counter.</summary>
    /// <param name="settings">What a part is.</param>
    /// <param name="scratch">[ScratchLength]. Overwritten.</param>
    public WindowRepeats(WindowSettings settings, ushort* scratch)
    {
        _settings = settings;
        _inputs = scratch;
        _outputs = scratch + InputBuckets;
        _parts = _outputs + OutputBuckets;
    }

    /// <summary>Numbers that a batch has at most.</summary>
    public static int Most(WindowSettings settings) =>
        WindowPiece.Length + (WindowSettings.MostParts * settings.Targets);

    /// <summary>
    /// For each word from batch.First to batch.Last, how many contexts of the batch are the same row; then, part after
    /// part, for each of its J targets how many targets of the batch are the same row.
    /// </summary>
    /// <param name="batch">Read.</param>
    /// <param name="to">At most <see cref="Most"/>. Overwritten.</param>
    public void Count(WindowBatch* batch, float* to)
    {
        int words = batch->Last - batch->First, targets = _settings.Targets, used = _settings.Negatives + 1;
        ushort* inputs = _inputs, outputs = _outputs, parts = _parts;
        new Span<ushort>(inputs, InputBuckets + OutputBuckets + words + 1).Clear();   // they follow each other
        WindowPart* end = batch->Parts + batch->Count;
        for (WindowPart* part = batch->Parts; part < end; part++)
        {
            // Differences from word to word, whose running sum is the number of parts that have it as a context.
            int centre = part->Last - part->First - part->Contexts;   // whether it is among them
            parts[part->First - batch->First]++;
            parts[part->Last - batch->First]--;
            parts[(part->Centre - batch->First) * centre] -= (ushort)centre;
            parts[(part->Centre - batch->First + 1) * centre] += (ushort)centre;
            int* target = part->Targets;
            for (int j = 0; j < used; j++)
                outputs[target[j] & OutputBits]++;
        }

        int* kept = batch->Kept + batch->First;
        ushort count = 0;
        for (int c = 0; c < words; c++)
        {
            count += parts[c];   // modulo 2^16
            inputs[kept[c] & InputBits] += count;
        }

        for (int c = 0; c < words; c++)
            *to++ = Math.Max(1, (int)inputs[kept[c] & InputBits]);

        for (WindowPart* part = batch->Parts; part < end; part++, to += targets)
        {
            int* target = part->Targets;
            for (int j = 0; j < targets; j++)
                to[j] = Math.Max(1, (int)outputs[target[j] & OutputBits]);
        }
    }
}
