using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text;

namespace Rnn.Core.Serialization.Safetensors;

/// <summary>
/// SHA-256 over the content of a safetensors file, kept in its metadata as 64 lower-case hex digits. The hashed bytes,
/// with u64 meaning 8 bytes little-endian and text meaning u64 length, then UTF-8:
/// <list type="number">
/// <item>the text "rnn.safetensors.1";</item>
/// <item>u64 number of metadata entries without the checksum; of each, ordered by the key's UTF-8 bytes: text key, text
/// value;</item>
/// <item>u64 number of tensors; of each, ordered by (begin, end, name's UTF-8 bytes): text name, text dtype, u64 rank,
/// u64 every dimension, u64 begin, u64 end;</item>
/// <item>the data bytes.</item>
/// </list>
/// It covers what the header says, not how: a tool that writes the same content with other spaces keeps it valid.
/// </summary>
internal sealed class SafetensorsChecksum
{
    public const string Key = "rnn.sha256";

    private const string Version = "rnn.safetensors.1";

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Hashes all but the data.</summary>
    public SafetensorsChecksum(IReadOnlyDictionary<string, string> metadata, IEnumerable<SafetensorsEntry> entries)
    {
        Append(Encoding.UTF8.GetBytes(Version));
        List<(byte[] Key, byte[] Value)> pairs = SortedPairs(metadata);
        Append(pairs.Count);
        foreach ((byte[] key, byte[] value) in pairs)
        {
            Append(key);
            Append(value);
        }

        SafetensorsEntry[] sorted = [.. entries];
        Array.Sort(sorted, SafetensorsEntry.CompareByOffset);
        Append(sorted.Length);
        foreach (SafetensorsEntry entry in sorted)
            Append(entry);
    }

    /// <summary>All metadata but the checksum in UTF-8, ordered by the key's bytes.</summary>
    public static List<(byte[] Key, byte[] Value)> SortedPairs(IReadOnlyDictionary<string, string> metadata)
    {
        List<(byte[] Key, byte[] Value)> pairs = [.. metadata.Where(pair => pair.Key != Key)
            .Select(pair => (Encoding.UTF8.GetBytes(pair.Key), Encoding.UTF8.GetBytes(pair.Value)))];
        pairs.Sort((a, b) => a.Key.AsSpan().SequenceCompareTo(b.Key));
        return pairs;
    }

    /// <summary>Hashes the next data bytes.</summary>
    public void AppendData(ReadOnlySpan<byte> data) => _hash.AppendData(data);

    /// <summary>The digits; the object is used up.</summary>
    public string Finish()
    {
        using (_hash)
        {
            return Convert.ToHexStringLower(_hash.GetHashAndReset());
        }
    }

    private void Append(SafetensorsEntry entry)
    {
        Append(entry.NameBytes);
        Append(Encoding.UTF8.GetBytes(entry.TypeName));
        Append(entry.Shape.Length);
        foreach (long dimension in entry.Shape)
            Append(dimension);

        Append(entry.Begin);
        Append(entry.End);
    }

    private void Append(byte[] text)
    {
        Append(text.LongLength);
        _hash.AppendData(text);
    }

    private void Append(long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        _hash.AppendData(bytes);
    }
}
