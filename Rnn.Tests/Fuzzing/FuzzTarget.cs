using System;
using System.IO;

namespace Rnn.Tests.Fuzzing;

/// <summary>A reader under fire.</summary>
/// <param name="Name">Of the test.</param>
/// <param name="Seeds">Inputs that it reads. Read.</param>
/// <param name="Read">Reads an input, and writes what was read, where it can be written.</param>
internal sealed record FuzzTarget(string Name, byte[][] Seeds, Action<FuzzInput> Read)
{
    /// <summary>What reading takes where a file has no bytes at all: buffers, pools of words, an exception.</summary>
    public long Constant { get; init; } = 500_000;

    /// <summary>How many inputs it gets for each of others: those that are read fast get more.</summary>
    public int Share { get; init; } = 1;

    /// <summary>Bytes taken for each byte of the input: characters of two bytes, lists that double, the copies on the
    /// way.</summary>
    public long Factor { get; init; } = 50;

    /// <summary>Whether an exception is one that the reader's documentation names for a damaged input.</summary>
    public Func<Exception, bool> IsDocumented { get; init; } = e => e is InvalidDataException;

    /// <summary>Draws a damaged input; null: bytes of a seed are damaged.</summary>
    public Func<Random, byte[]>? Draw { get; init; }

    /// <summary>The input of a number: the same whatever was drawn before.</summary>
    public byte[] Input(int number)
    {
        Random random = new(number);
        return Draw is null ? new ByteMutator(random).Mutate(Seeds[random.Next(Seeds.Length)], Seeds) : Draw(random);
    }

    /// <summary>Bytes that reading an input may allocate.</summary>
    public long MostBytes(int length) => Constant + (Factor * length);
}
