using System;
using System.Collections.Generic;
using System.Text;
using System.Text.Unicode;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Embeddings.Files;

/// <summary>Words and rows as they come from a file: the first of equal words stays.</summary>
internal sealed class VectorTableBuilder
{
    private readonly string _path;
    private readonly int _dimensions;
    private readonly List<string> _words;
    private readonly Dictionary<string, int> _indices;
    private float[] _table;

    /// <summary>An empty table.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="dimensions">D.</param>
    /// <param name="capacity">How many rows memory is taken for at once.</param>
    public VectorTableBuilder(string path, int dimensions, long capacity)
    {
        _path = path;
        _dimensions = dimensions;
        _table = new float[Length(capacity)];
        _words = new List<string>((int)capacity);
        _indices = new Dictionary<string, int>((int)capacity, StringComparer.Ordinal);
    }

    public int Count => _words.Count;

    public long Rows { get; private set; }

    public long Duplicates { get; private set; }

    public long InvalidWords { get; private set; }

    /// <summary>Where to write the next row [D]; <see cref="Add"/> makes it one.</summary>
    public Span<float> NextRow()
    {
        long end = ((long)Count + 1) * _dimensions;
        if (end > _table.Length)
        {
            int needed = Length(Count + 1L);
            Array.Resize(ref _table, (int)Math.Clamp(2L * _table.Length, needed, Array.MaxLength));
        }

        return _table.AsSpan(Count * _dimensions, _dimensions);
    }

    public long Skipped { get; private set; }

    public void Skip() => Skipped++;

    public void Add(ReadOnlySpan<byte> utf8)
    {
        Rows++;
        if (!Utf8.IsValid(utf8))
            InvalidWords++;

        string word = Encoding.UTF8.GetString(utf8);
        if (_indices.TryAdd(word, Count))
            _words.Add(word);
        else
            Duplicates++;
    }

    public WordVectors Build()
    {
        int length = Count * _dimensions;
        if (_table.Length > length + (length / 4L))
            Array.Resize(ref _table, length);
        return new WordVectors(_words.ToArray(), _indices, _table, _dimensions);
    }

    private int Length(long rows)
    {
        long length = rows * _dimensions;
        if (length > Array.MaxLength)
            Throw.VectorTableTooLarge(_path, _dimensions, Array.MaxLength / _dimensions);
        return (int)length;
    }
}
