using System;
using Rnn.Core.Kernels.RandomNumbers;

namespace Rnn.Benchmarks.Models;

/// <summary>
/// Windows of a made-up text, time-major: inputs and targets [T*B] each, the target being the next token of the row.
/// Token k has a probability of about 1/(k+1), as words have, so that a step touches as many rows of a table as a step
/// on real text. The same for everybody.
/// </summary>
public sealed class MadeUpText
{
    private const int Usual = 4;
    private const int Stride = 7919;   // a prime: of a long text all parts are read, however few steps are done

    private readonly int[][] _inputs;
    private readonly int[][] _targets;
    private int _next;

    public MadeUpText(int steps, int batch, int vocabulary, ulong seed = 1, int windows = Usual)
    {
        _inputs = new int[windows][];
        _targets = new int[windows][];
        Steps = steps;
        Batch = batch;
        Vocabulary = vocabulary;
        Philox random = new(seed);
        int[] text = new int[((windows * steps) + 1) * batch];   // [windows*T + 1, B]
        foreach (ref int token in text.AsSpan())
            token = Math.Min((int)Math.Exp(random.NextDouble() * Math.Log(vocabulary + 1)), vocabulary) - 1;

        for (int w = 0; w < windows; w++)
        {
            _inputs[w] = text[(w * steps * batch)..((w + 1) * steps * batch)];
            _targets[w] = text[(((w * steps) + 1) * batch)..((((w + 1) * steps) + 1) * batch)];
        }
    }

    /// <summary>T.</summary>
    public int Steps { get; }

    /// <summary>B.</summary>
    public int Batch { get; }

    /// <summary>V.</summary>
    public int Vocabulary { get; }

    /// <summary>How many windows there are.</summary>
    public int Count => _inputs.Length;

    /// <summary>Inputs of window i [T*B].</summary>
    public int[] Inputs(int window) => _inputs[window];

    /// <summary>Targets of window i [T*B].</summary>
    public int[] Targets(int window) => _targets[window];

    /// <summary>The number of the next window; after the last comes the first, and of a long text they come from all over
    /// it.</summary>
    public int Next()
    {
        int window = _next;
        _next = (_next + (Count > Usual ? Stride : 1)) % Count;
        return window;
    }
}
