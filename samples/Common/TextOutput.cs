using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Text;

namespace Rnn.Samples.Common;

/// <summary>
/// Text on the standard output as it is written: each character at once where a person looks, and in a pipe or a file
/// as many as come in a fiftieth of a second, so that whoever reads gets them early and cheaply.
/// </summary>
public sealed class TextOutput : IDisposable
{
    private static readonly long s_patience = Console.IsOutputRedirected ? Stopwatch.Frequency / 50 : 0;

    private readonly StreamWriter _writer = new(Console.OpenStandardOutput(), new UTF8Encoding(false), 4096);
    private long _flushed = Stopwatch.GetTimestamp();

    /// <summary>Prints at once.</summary>
    public void Write(string text)
    {
        _writer.Write(text);
        Flush();
    }

    /// <summary>Prints the pieces of a text as they come, and a line end.</summary>
    public void WriteText(IEnumerable<string> pieces)
    {
        foreach (string piece in pieces)
        {
            _writer.Write(piece);
            if (Stopwatch.GetTimestamp() - _flushed >= s_patience)
                Flush();
        }

        Write("\n");
    }

    /// <summary>Prints what is left.</summary>
    public void Dispose() => _writer.Dispose();

    private void Flush()
    {
        _writer.Flush();
        _flushed = Stopwatch.GetTimestamp();
    }
}
