using System;
using System.Buffers;
using System.Collections.Generic;

namespace Rnn.Models.Generation;

/// <summary>
/// Watches a text that is being written for the texts that end it. What may be the beginning of one is held back until
/// it is known not to be, so that nothing is ever handed out that belongs to a stop text.
/// </summary>
internal sealed class StopTexts
{
    private readonly IReadOnlyList<string> _texts;
    private readonly char[] _held;   // what may be the beginning of one, and a character more
    private int _count;

    /// <summary>None of these is empty.</summary>
    public StopTexts(IReadOnlyList<string> texts)
    {
        _texts = texts;
        int longest = 0;
        foreach (string text in texts)
            longest = Math.Max(longest, text.Length);

        _held = new char[longest + 1];
    }

    /// <summary>Takes the next character in and hands out what is certain.</summary>
    /// <param name="character">One or two chars. Read.</param>
    /// <param name="text">Receives what comes before a stop text, or can't be the beginning of one. Appended to.</param>
    /// <returns>Whether a stop text is complete; of several that end here, the longest counts.</returns>
    public bool Add(ReadOnlySpan<char> character, IBufferWriter<char> text)
    {
        character.CopyTo(_held.AsSpan(_count));
        _count += character.Length;
        ReadOnlySpan<char> held = _held.AsSpan(0, _count);
        int longest = 0, beginning = 0;
        foreach (string stop in _texts)
        {
            if (held.EndsWith(stop))
                longest = Math.Max(longest, stop.Length);

            for (int length = Math.Min(stop.Length - 1, held.Length); length > beginning; length--)
            {
                if (held.EndsWith(stop.AsSpan(0, length)))
                    beginning = length;
            }
        }

        int certain = _count - (longest > 0 ? longest : beginning);
        text.Write(held[..certain]);
        held[certain..].CopyTo(_held);
        _count -= certain;
        return longest > 0;
    }

    /// <summary>Hands out what was held back: nothing more will come.</summary>
    public void End(IBufferWriter<char> text)
    {
        text.Write(_held.AsSpan(0, _count));
        _count = 0;
    }
}
