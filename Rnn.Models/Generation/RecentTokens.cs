using System;

namespace Rnn.Models.Generation;

/// <summary>The last tokens of a text that goes on, in order: a line of twice their number, moved back when it is
/// full.</summary>
internal sealed class RecentTokens
{
    private int[] _line = [];
    private int _most;
    private int _end;

    /// <summary>The last tokens, at most as many as are kept.</summary>
    public ReadOnlySpan<int> Tokens => _line.AsSpan(_end - Math.Min(_end, _most), Math.Min(_end, _most));

    /// <summary>Keeps so many from now on; 0 is none.</summary>
    public void Reset(int most)
    {
        if (_line.Length < 2L * most)
            _line = new int[checked(2 * most)];

        _most = most;
        _end = 0;
    }

    public void Clear() => _end = 0;

    public void Add(int token)
    {
        if (_most == 0)
            return;

        if (_end == 2 * _most)
        {
            _line.AsSpan(_most, _most).CopyTo(_line);
            _end = _most;
        }

        _line[_end++] = token;
    }

    public void CopyFrom(RecentTokens other)
    {
        Clear();
        foreach (int token in other.Tokens)
            Add(token);
    }
}
