using System;
using System.Buffers.Text;
using System.IO;
using System.Threading;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Embeddings.Files;

/// <summary>
/// Reads one file of word vectors. What a header promises is believed only as far as the file's size allows, so that
/// memory is bounded by what is really there.
/// </summary>
internal sealed partial class VectorFileReader
{
    public const int MaxDimensions = 1 << 16;
    public const int MaxWordBytes = 1 << 14;

    private const int BytesPerNumber = 64;   // more than any writer spends
    private const int MaxLineBytes = MaxWordBytes + (MaxDimensions * BytesPerNumber);
    private const int StartBytes = 1 << 16;

    // What to begin with where the size isn't known.
    private const int GrowingTable = 1 << 16, GrowingRows = 1 << 10;

    private const int RowsBetweenChecks = 1024;

    private readonly string _path;
    private readonly ByteSource _source;
    private readonly long? _length;
    private readonly int _limit;
    private readonly bool _skipOddRows;
    private readonly CancellationToken _cancellation;
    private long _line;

    /// <summary>A reader at the beginning of a file.</summary>
    /// <param name="path">For messages.</param>
    /// <param name="stream">Decompressed.</param>
    /// <param name="length">Its bytes; null if that isn't known.</param>
    /// <param name="options">What to read.</param>
    public VectorFileReader(string path, Stream stream, long? length, WordVectorsLoadOptions options)
    {
        _path = path;
        _source = new ByteSource(stream, path);
        _length = length;
        _limit = options.Limit == 0 ? int.MaxValue : options.Limit;
        _skipOddRows = options.SkipOddRows;
        _cancellation = options.Cancellation;
        Format = options.Format;
    }

    /// <summary>As it was asked for; after reading, as it was.</summary>
    public WordVectorsFormat? Format { get; private set; }

    public long? DeclaredWords { get; private set; }

    public VectorTableBuilder Read()
    {
        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
        if (_source.Peek(mark.Length).SequenceEqual(mark))
            _source.Skip(mark.Length);

        ReadOnlySpan<byte> first = FirstLine();
        bool isHeader = IsHeader(first, out long words, out long dimensions);
        if (Format is WordVectorsFormat.Word2VecText or WordVectorsFormat.Word2VecBinary && !isHeader)
            Throw.VectorHeader(_path, first);
        if (!isHeader || Format == WordVectorsFormat.GloVeText)
            return ReadGloVe(first);

        if (words < 1 || dimensions is < 1 or > MaxDimensions || words > int.MaxValue)
            Throw.VectorHeaderRange(_path, first, MaxDimensions);

        int d = (int)dimensions;
        DeclaredWords = words;
        Format ??= IsBinary(_source.Peek(StartBytes), d, words)
            ? WordVectorsFormat.Word2VecBinary
            : WordVectorsFormat.Word2VecText;
        bool binary = Format == WordVectorsFormat.Word2VecBinary;
        VectorTableBuilder table = new(_path, d, Capacity(words, d, binary));
        if (binary)
            ReadBinary(table, d, words);
        else
            ReadText(table, d, words);
        return table;
    }

    private ReadOnlySpan<byte> FirstLine()
    {
        TokenEnd end = _source.ReadUntil((byte)'\n', MaxLineBytes, out ReadOnlySpan<byte> line);
        _line = 1;
        if (line.IsEmpty && end == TokenEnd.Rest)
            Throw.VectorFileEmpty(_path);
        if (end == TokenEnd.TooLong)
            Throw.VectorFileUnknown(_path, line);

        line = Trim(line);
        for (int i = 0; i < line.Length; i++)
        {
            if (line[i] is < (byte)' ' and not (byte)'\t' or 0x7F)
                Throw.VectorFileUnknown(_path, line);
        }

        return line;
    }

    // Two integers alone. An integer that is too large for long is one too: a header, and out of range.
    private static bool IsHeader(ReadOnlySpan<byte> line, out long words, out long dimensions)
    {
        int space = line.IndexOfAny((byte)' ', (byte)'\t');
        words = dimensions = 0;
        return space > 0 && IsInteger(line[..space], out words)
            && IsInteger(line[space..].TrimStart(" \t"u8), out dimensions);
    }

    private static bool IsInteger(ReadOnlySpan<byte> text, out long value)
    {
        if (Utf8Parser.TryParse(text, out value, out int used) && used == text.Length)
            return true;
        value = long.MaxValue;
        return !text.IsEmpty && text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
    }

    // Rows of text, all of them or at least most, or else of binary. Where neither fits, as in a damaged file, bytes
    // decide that are not in a text. (What fits both, by chance in one dimension, is taken for text.)
    private static bool IsBinary(ReadOnlySpan<byte> start, int dimensions, long words)
    {
        (int good, int all) = VectorFileStart.TextRows(start, dimensions);
        if (good == all && all > 0)
            return false;
        if (good * 2 <= all && VectorFileStart.IsBinary(start, start.Length == StartBytes, dimensions, words))
            return true;
        return good * 2 <= all && VectorFileStart.HasNoText(start);
    }

    // How many rows to take memory for. The smallest row of text is "a 0 0\n".
    private long Capacity(long words, int dimensions, bool binary)
    {
        long rows = Math.Min(words, _limit);
        if (_length is not { } length)
            return Math.Min(rows, FirstRows(dimensions));

        long left = Math.Max(0, length - _source.Position);
        long row = 2 + ((binary ? 4L : 2L) * dimensions);
        long needed = checked(rows * row) - 1;   // the last line end may be missing
        if (needed > left && _skipOddRows)
            return Math.Max(1, (left + 1) / row);
        if (needed > left)
            Throw.VectorFileTooShort(_path, words, dimensions, rows, binary, needed, left);
        return rows;
    }

    private static int FirstRows(int dimensions) => Math.Clamp(GrowingTable / dimensions, 1, GrowingRows);

    private void ReadText(VectorTableBuilder table, int dimensions, long words)
    {
        for (; IsWanted(table, words); CheckCancelled(table))
        {
            if (!ReadRowLine(table, dimensions, out ReadOnlySpan<byte> line))
            {
                if (!_skipOddRows)
                    Throw.VectorRowsMissing(_path, words, table.Rows, binary: false);
                return;
            }

            AddOrSkip(table, dimensions, line);
        }

        if (table.Rows == words && table.Count < _limit && ReadRowLine(table, dimensions, out _))
            Throw.VectorRowsExtra(_path, words, $"line {_line}");
    }

    private VectorTableBuilder ReadGloVe(ReadOnlySpan<byte> first)
    {
        Format = WordVectorsFormat.GloVeText;
        int dimensions = Columns(first) - 1;
        bool isRow = FloatText.TryParse(first[(first.LastIndexOfAny(" \t"u8) + 1)..], out _);
        if (dimensions is < 1 or > MaxDimensions || !isRow)
            Throw.VectorFileUnknown(_path, first);

        // Lines are of about equal length; a tenth more, and the table grows no second time.
        double guess = _length is { } length ? (1.1 * length / _source.Position) + 1 : FirstRows(dimensions);
        long capacity = (long)Math.Min(Math.Min(_limit, guess), Array.MaxLength / dimensions);
        VectorTableBuilder table = new(_path, dimensions, Math.Max(1, capacity));
        AddOrSkip(table, dimensions, first);
        for (; table.Count < _limit && ReadRowLine(table, dimensions, out ReadOnlySpan<byte> line);
            CheckCancelled(table))
        {
            AddOrSkip(table, dimensions, line);
        }

        return table;
    }

    private void AddOrSkip(VectorTableBuilder table, int dimensions, ReadOnlySpan<byte> line)
    {
        try
        {
            AddRow(table, dimensions, line);
        }
        catch (InvalidDataException) when (_skipOddRows)
        {
            table.Skip();
        }
    }

    // The next line that isn't blank; blank ones may stand at the end of the file alone.
    private bool ReadRowLine(VectorTableBuilder table, int dimensions, out ReadOnlySpan<byte> line)
    {
        long blank = 0;
        while (true)
        {
            TokenEnd end = _source.ReadUntil((byte)'\n', MaxWordBytes + (dimensions * BytesPerNumber), out line);
            if (line.IsEmpty && end == TokenEnd.Rest)
                return false;
            _line++;
            if (end == TokenEnd.TooLong)
                Throw.VectorLineTooLong(_path, _line, dimensions, line.Length);

            line = Trim(line);
            if (line.IsEmpty)
                blank = blank == 0 ? _line : blank;
            else if (blank > 0 && !_skipOddRows)
                Throw.VectorColumns(_path, blank, dimensions, 0);
            else
                break;
        }

        if (blank > 0)
            table.Skip();
        return true;
    }

    // From the end, as a word may hold spaces (". . ." in some of GloVe's files): what is left of the D numbers is the
    // word. Where a line 1 settles D that may end in a number ("windows 7"); without one a number too many is an error.
    private void AddRow(VectorTableBuilder table, int dimensions, ReadOnlySpan<byte> line)
    {
        Span<float> row = table.NextRow();
        ReadOnlySpan<byte> rest = line;
        for (int i = dimensions - 1; i >= 0; i--)
        {
            int space = rest.LastIndexOfAny((byte)' ', (byte)'\t');
            if (space < 0)
                Throw.VectorColumns(_path, _line, dimensions, Columns(line) - 1);

            ReadOnlySpan<byte> number = rest[(space + 1)..];
            if (!FloatText.TryParse(number, out row[i]))
            {
                if (Columns(line) - 1 < dimensions)
                    Throw.VectorColumns(_path, _line, dimensions, Columns(line) - 1);
                Throw.VectorNumber(_path, _line, i + 1, number);
            }

            rest = Trim(rest[..space]);
            if (!float.IsFinite(row[i]))
                Throw.VectorNotFinite(_path, $"line {_line}", FirstColumn(line), i + 1, row[i]);
        }

        if (rest.IsEmpty)
            Throw.VectorWordMissing(_path, _line);
        if (rest.Length > MaxWordBytes)
            Throw.VectorWordTooLong(_path, $"line {_line}", MaxWordBytes);
        if (DeclaredWords is null)
            CheckWord(rest, line, dimensions);
        table.Add(rest);
    }

    private void CheckWord(ReadOnlySpan<byte> word, ReadOnlySpan<byte> line, int dimensions)
    {
        int space;
        while ((space = word.LastIndexOfAny((byte)' ', (byte)'\t')) >= 0)
        {
            if (FloatText.TryParse(word[(space + 1)..], out _))
                Throw.VectorColumns(_path, _line, dimensions, Columns(line) - 1);
            word = Trim(word[..space]);
        }
    }

    private static ReadOnlySpan<byte> FirstColumn(ReadOnlySpan<byte> line) =>
        line.IndexOfAny((byte)' ', (byte)'\t') is var space and >= 0 ? line[..space] : line;

    private static int Columns(ReadOnlySpan<byte> line)
    {
        int columns = 0;
        for (; !line.IsEmpty; columns++)
        {
            int space = line.IndexOfAny((byte)' ', (byte)'\t');
            line = space < 0 ? default : line[space..].TrimStart(" \t"u8);
        }

        return columns;
    }

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> line) => line.TrimEnd(" \t\r"u8);

    private void CheckCancelled(VectorTableBuilder table)
    {
        if (table.Rows % RowsBetweenChecks == 0)
            _cancellation.ThrowIfCancellationRequested();
    }
}
