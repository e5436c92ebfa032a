using System;
using System.Buffers;
using System.Collections.Generic;
using System.Text;
using Rnn.Models.Diagnostics;
using Rnn.Models.Generation;

namespace Rnn.Models.CharRnn;

/// <summary>What a <see cref="CharRnnModel"/> writes, and when it ends.</summary>
public sealed record CharRnnGenerationOptions
{
    /// <summary>The most characters (code points) to write; 1000 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public int Length
    {
        get;
        init
        {
            Throw.IfBelow(nameof(Length), value, 0);
            field = value;
        }
    } = 1000;

    /// <summary>
    /// Texts that end the writing, each of at least one character; none by default. When one has been written, the
    /// result is what came before it: it is not part of it. They are compared char by char, only within what is written
    /// (not in the prime). One with a character that the model doesn't know never comes.
    /// </summary>
    /// <exception cref="ArgumentException">One of them is empty, or holds a lone surrogate.</exception>
    public IReadOnlyList<string> Stop
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            string[] texts = [.. value];
            for (int i = 0; i < texts.Length; i++)
            {
                if (string.IsNullOrEmpty(texts[i]) || !IsWhole(texts[i]))
                    Throw.StopText(texts[i], i);
            }

            field = texts;
        }
    } = [];

    /// <summary>How each character is chosen; by default in proportion to the model's own probabilities.</summary>
    public SamplingOptions Sampling { get; init; } = new();

    /// <summary>The same seed gives the same text; 1 by default.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Leaves characters of the prime that the vocabulary lacks out, instead of refusing them, which is the
    /// default.</summary>
    public bool SkipUnknown { get; init; }

    private static bool IsWhole(ReadOnlySpan<char> text)
    {
        OperationStatus status = OperationStatus.Done;
        for (int length; status == OperationStatus.Done && !text.IsEmpty; text = text[length..])
            status = Rune.DecodeFromUtf16(text, out _, out length);

        return status == OperationStatus.Done;
    }
}
