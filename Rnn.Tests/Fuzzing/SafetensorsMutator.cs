using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Rnn.Core.Serialization.Safetensors;

namespace Rnn.Tests.Fuzzing;

/// <summary>
/// Damages safetensors files where it hurts: a damaged header under a length that fits, and texts, names, types and
/// shapes that were altered under a checksum that agrees, so that the reader behind the checksum meets them.
/// </summary>
/// <param name="seeds">Files that can be read. Read.</param>
internal sealed class SafetensorsMutator(byte[][] seeds)
{
    private static readonly SafetensorsType[] s_types =
        [.. Enum.GetValues<SafetensorsType>().Where(type => type != SafetensorsType.Other)];

    private static readonly long[] s_sizes = [0, 1, 2, 3, 5, 64];

    private readonly Contents[] _contents = Array.ConvertAll(seeds, Contents.Of);

    /// <summary>A damaged file.</summary>
    /// <param name="random">What is drawn from it alone decides.</param>
    public byte[] Mutate(Random random)
    {
        ByteMutator bytes = new(random);
        int seed = random.Next(seeds.Length);
        return random.Next(6) switch
        {
            0 => bytes.Mutate(seeds[seed], seeds),
            1 => WithHeader(bytes, seeds[seed]),
            _ => Altered(random, bytes, _contents[seed]),
        };
    }

    private byte[] WithHeader(ByteMutator bytes, byte[] file)
    {
        int length = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        byte[] header = bytes.Mutate(file[sizeof(long)..(sizeof(long) + length)], seeds);
        byte[] prefix = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, header.Length);
        return [.. prefix, .. header, .. file[(sizeof(long) + length)..]];
    }

    private byte[] Altered(Random random, ByteMutator bytes, Contents contents)
    {
        Dictionary<string, string> texts = new(contents.Texts, StringComparer.Ordinal);
        List<Part> tensors = [.. contents.Tensors];
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            if (texts.Count > 0 && (tensors.Count == 0 || random.Next(4) > 0))
                AlterText(random, bytes, texts);
            else if (tensors.Count > 0)
                AlterTensor(random, bytes, tensors);
        }

        SafetensorsWriter writer = new() { AddChecksum = true };
        foreach ((string key, string value) in texts)
            writer.Metadata[key] = value;

        foreach (Part tensor in tensors.DistinctBy(tensor => tensor.Name, StringComparer.Ordinal))
            writer.AddBytes(tensor.Name, tensor.Type, tensor.Shape, tensor.Bytes);

        using MemoryStream stream = new();
        writer.Save(stream);
        return stream.ToArray();
    }

    private void AlterText(Random random, ByteMutator bytes, Dictionary<string, string> texts)
    {
        string[] keys = [.. texts.Keys];
        string key = keys[random.Next(keys.Length)];
        switch (random.Next(8))
        {
            case 0:
                texts.Remove(key);
                break;
            case 1:
                texts[bytes.Mutate(key, seeds)] = texts[key];
                break;
            case 2:
                texts[key] = texts[keys[random.Next(keys.Length)]];
                break;
            default:
                texts[key] = bytes.Mutate(texts[key], [Encoding.UTF8.GetBytes(texts[keys[random.Next(keys.Length)]])]);
                break;
        }
    }

    private void AlterTensor(Random random, ByteMutator bytes, List<Part> tensors)
    {
        int at = random.Next(tensors.Count);
        Part tensor = tensors[at];
        switch (random.Next(6))
        {
            case 0:
                tensors.RemoveAt(at);
                break;
            case 1:
                tensors.Add(tensor with { Name = tensor.Name + random.Next(3) });
                break;
            case 2:
                Part other = tensors[random.Next(tensors.Count)];
                tensors[at] = other with { Name = tensor.Name };
                break;
            case 3:
                SafetensorsType type = s_types[random.Next(s_types.Length)];
                tensors[at] = Part.Of(tensor.Name, type, tensor.Shape, tensor.Bytes);
                break;
            case 4:
                long[] shape = [.. tensor.Shape];
                if (shape.Length > 0 && random.Next(2) == 0)
                    shape[random.Next(shape.Length)] = s_sizes[random.Next(s_sizes.Length)];
                else
                    shape = random.Next(2) == 0 ? [.. shape, s_sizes[random.Next(s_sizes.Length)]] : [.. shape.SkipLast(1)];

                if (shape.Aggregate(1L, (product, size) => product * size) < 10_000)   // what fits is soon huge
                    tensors[at] = Part.Of(tensor.Name, tensor.Type, shape, tensor.Bytes);
                break;
            default:
                tensors[at] = Part.Of(tensor.Name, tensor.Type, tensor.Shape, bytes.Mutate(tensor.Bytes, seeds));
                break;
        }
    }

    private sealed record Part(string Name, SafetensorsType Type, long[] Shape, byte[] Bytes)
    {
        // As many bytes as the shape needs: those that are there, and then zeros.
        public static Part Of(string name, SafetensorsType type, long[] shape, byte[] bytes)
        {
            byte[] all = new byte[shape.Aggregate((long)SafetensorsEntry.WidthOf(type), (product, size) => product * size)];
            bytes.AsSpan(0, Math.Min(bytes.Length, all.Length)).CopyTo(all);
            return new Part(name, type, shape, all);
        }
    }

    private sealed record Contents(Dictionary<string, string> Texts, Part[] Tensors)
    {
        private const string Checksum = "rnn.sha256";

        public static Contents Of(byte[] file)
        {
            SafetensorsReader reader = SafetensorsReader.Read(new MemoryStream(file));
            return new Contents(
                reader.Metadata.Where(text => text.Key != Checksum).ToDictionary(StringComparer.Ordinal),
                [.. reader.Entries.Select(entry => PartOf(reader, entry))]);
        }

        private static Part PartOf(SafetensorsReader reader, SafetensorsEntry entry)
        {
            byte[] bytes = new byte[entry.ByteLength];
            reader.CopyBytesTo(entry.Name, bytes);
            return new Part(entry.Name, entry.Type, entry.Shape.ToArray(), bytes);
        }
    }
}
