using System;
using System.Buffers;
using System.Threading;
using Rnn.Models.Generation;

namespace Rnn.Models.CharRnn;

/// <summary>The writing of one text: so many characters, or until a stop text.</summary>
internal sealed class GenerationRun
{
    private readonly CharRnnGenerator _generator;
    private readonly StopTexts? _stop;
    private int _left;

    /// <summary>So many characters, by a generator that has read its prime.</summary>
    public GenerationRun(CharRnnGenerator generator, int length)
    {
        _generator = generator;
        _left = length;
        generator.Text.ResetWrittenCount();
    }

    /// <summary>What the options say of length and stop texts.</summary>
    public GenerationRun(CharRnnGenerator generator, CharRnnGenerationOptions options)
        : this(generator, options.Length) => _stop = options.Stop.Count == 0 ? null : new StopTexts(options.Stop);

    /// <summary>Writes one character; false when the text has ended.</summary>
    public bool Next(CancellationToken cancellation)
    {
        if (_left == 0)
            return false;

        cancellation.ThrowIfCancellationRequested();
        ArrayBufferWriter<char> text = _generator.Text;
        Span<char> chars = stackalloc char[2];
        ReadOnlySpan<char> written = chars[.._generator.Next().EncodeToUtf16(chars)];
        _left--;
        if (_stop is null)
            text.Write(written);
        else if (_stop.Add(written, text))
            _left = 0;
        else if (_left == 0)
            _stop.End(text);

        return true;
    }

    /// <summary>What is certain and was not taken yet; may be empty.</summary>
    public string Take()
    {
        string text = new(_generator.Text.WrittenSpan);
        _generator.Text.ResetWrittenCount();
        return text;
    }
}
