using System;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Embeddings.Files;

/// <content>word2vec's binary format.</content>
internal sealed partial class VectorFileReader
{
    private void ReadBinary(VectorTableBuilder table, int dimensions, long words)
    {
        for (; IsWanted(table, words); CheckCancelled(table))
        {
            SkipLineEnds();
            TokenEnd end = _source.ReadUntil((byte)' ', MaxWordBytes, out ReadOnlySpan<byte> token);
            byte[] word = token.ToArray();   // reading on overwrites the token
            Span<float> row = table.NextRow();
            bool isWhole = end == TokenEnd.Ended && ReadNumbers(row);
            if (!isWhole && _skipOddRows && end != TokenEnd.TooLong)
            {
                if (word.Length > 0)   // the last row was cut
                    table.Skip();
                return;
            }

            if (end == TokenEnd.TooLong)
                Throw.VectorWordTooLong(_path, $"word {table.Rows + 1}", MaxWordBytes);
            if (!isWhole && (end == TokenEnd.Rest || word.Length > 0))
                Throw.VectorRowsMissing(_path, words, table.Rows, binary: true);
            if (word.Length == 0 && !_skipOddRows)
                Throw.VectorBinaryWordEmpty(_path, table.Rows + 1);

            int bad = FirstNotFinite(row);
            if (bad >= 0 && !_skipOddRows)
                Throw.VectorNotFinite(_path, $"word {table.Rows + 1}", word, bad + 1, row[bad]);
            if (word.Length == 0 || bad >= 0)
                table.Skip();
            else
                table.Add(word);
        }

        if (table.Rows == words && table.Count < _limit)
        {
            SkipLineEnds();
            if (!_source.Peek(1).IsEmpty)
                Throw.VectorRowsExtra(_path, words, $"byte {_source.Position}");
        }
    }

    // The rows that line 1 announces, or all there are.
    private bool IsWanted(VectorTableBuilder table, long words) =>
        table.Count < _limit && (_skipOddRows || table.Rows < words);

    private bool ReadNumbers(Span<float> row)
    {
        Span<byte> bytes = MemoryMarshal.AsBytes(row);
        if (_source.Read(bytes) < bytes.Length)
            return false;
        if (!BitConverter.IsLittleEndian)
        {
            Span<int> bits = MemoryMarshal.Cast<float, int>(row);
            BinaryPrimitives.ReverseEndianness(bits, bits);
        }

        return true;
    }

    private static int FirstNotFinite(ReadOnlySpan<float> row)
    {
        for (int i = 0; i < row.Length; i++)
        {
            if (!float.IsFinite(row[i]))
                return i;
        }

        return -1;
    }

    private void SkipLineEnds()
    {
        while (_source.Peek(1) is [(byte)'\n'])
            _source.Skip(1);
    }
}
