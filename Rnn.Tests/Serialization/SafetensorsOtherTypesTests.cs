using System;
using System.IO;
using System.Linq;
using Rnn.Core.Layers;
using Rnn.Core.Parameters;
using Rnn.Core.Serialization.Safetensors;
using Rnn.Tests.Infrastructure;
using Xunit;
using static Rnn.Tests.Serialization.SafetensorsTests;

namespace Rnn.Tests.Serialization;

/// <summary>Tensors of types that aren't converted: no error until one of them is asked for.</summary>
public class SafetensorsOtherTypesTests
{
    // The format's other types, one that is no type yet, and names that are damaged.
    [Theory]
    [InlineData("BOOL", 3)]
    [InlineData("U8", 3)]
    [InlineData("I8", 3)]
    [InlineData("F8_E4M3", 3)]
    [InlineData("F8_E5M2", 3)]
    [InlineData("I16", 6)]
    [InlineData("U16", 6)]
    [InlineData("U32", 12)]
    [InlineData("U64", 24)]
    [InlineData("C64", 24)]
    [InlineData("F4", 2)]
    [InlineData("NF7_FUTURE", 5)]
    [InlineData("f32", 12)]
    [InlineData("Other", 1)]
    [InlineData("1", 1)]
    [InlineData("", 0)]
    public void OtherTensorsDoNotHinderTheWantedOnes(string type, int length)
    {
        byte[] other = [.. Enumerable.Range(1, length).Select(i => (byte)i)];
        SafetensorsReader reader = Reader(WithHeader(
            $$$"""{"m":{"dtype":"{{{type}}}","shape":[3],"data_offsets":[0,{{{length}}}]}""" +
            $$$""","w":{"dtype":"F32","shape":[1],"data_offsets":[{{{length}}},{{{length + 4}}}]}}""",
            [.. other, 0, 0, 0x80, 0x3F]));
        Assert.Equal([1f], Singles(reader, "w"));

        SafetensorsEntry entry = reader.Entries.Single(entry => entry.Name == "m");
        Assert.Equal((SafetensorsType.Other, type), (entry.Type, entry.TypeName));
        Assert.Equal((3, length), (entry.ElementCount, entry.ByteLength));
        byte[] bytes = new byte[length];
        reader.CopyBytesTo("m", bytes);
        Assert.Equal(other, bytes);
        Action[] asked =
        [
            () => reader.CopyTo("m", new float[3]), () => reader.CopyTo("m", new double[3]),
            () => reader.CopyTo("m", new int[3]), () => reader.CopyTo("m", new long[3]),
            () => reader.CopyTo("m", new float[7]),
        ];
        Assert.All(asked, ask => Assert.Equal($"'test': tensor 'm' {type} [3] is of a type that can't be converted to " +
            "numbers here; what can are F64, F32, F16, BF16, I64, I32. CopyBytesTo gives its bytes.",
            Assert.Throws<InvalidDataException>(ask).Message));
        Assert.Equal($"'test': tensor 'm' {type} [3] is no table [rows, columns] of F32.",
            Assert.Throws<InvalidDataException>(() => reader.ReadRows("m", (_, _) => { })).Message);
    }

    [Fact]
    public void TheChecksumCoversTheTypesName()
    {
        SafetensorsWriter writer = new() { AddChecksum = true };
        writer.AddBytes("m", SafetensorsType.F16, [2], [1, 2, 3, 4]);
        byte[] bytes = Bytes(writer);
        Assert.True(Reader(bytes).VerifyChecksum());
        int type = bytes.AsSpan().IndexOf("F16"u8);
        "U16"u8.CopyTo(bytes.AsSpan(type));
        Assert.Throws<InvalidDataException>(() => Reader(bytes).VerifyChecksum());
    }

    [Fact]
    public void AStateDictOfAnotherTypeChangesNothing()
    {
        ParameterLayout layout = new();
        _ = new Linear(layout, "fc", 2, 1);
        ParameterBuffer p = TestNumbers.Parameters(layout, 1);
        float[] before = p.Dense.ToArray();
        SafetensorsReader reader = Reader(WithHeader(
            """{"fc.bias":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}""" +
            ""","fc.weight":{"dtype":"F8_E4M3","shape":[1,2],"data_offsets":[4,6]}}""", new byte[6]));
        Assert.StartsWith("'test': tensor 'fc.weight' F8_E4M3 [1, 2] is of a type that can't be converted",
            Assert.Throws<InvalidDataException>(() => StateDict.Read(reader, p)).Message, StringComparison.Ordinal);
        Assert.Equal(before, p.Dense.ToArray());
    }
}
