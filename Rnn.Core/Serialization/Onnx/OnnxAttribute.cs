using System;

namespace Rnn.Core.Serialization.Onnx;

/// <summary>An attribute of a node: what its operator is told. Numbers of fields are those of onnx.proto.</summary>
internal static class OnnxAttribute
{
    private const int Integer = 2, Text = 3, Integers = 7, Texts = 8;   // AttributeProto.AttributeType

    /// <summary>A whole number.</summary>
    public static ProtobufMessage Of(string name, long value)
    {
        ProtobufMessage attribute = Named(name, Integer);
        attribute.Add(3, value);
        return attribute;
    }

    /// <summary>A text.</summary>
    public static ProtobufMessage Of(string name, string value)
    {
        ProtobufMessage attribute = Named(name, Text);
        attribute.Add(4, value);
        return attribute;
    }

    /// <summary>Whole numbers.</summary>
    public static ProtobufMessage Of(string name, ReadOnlySpan<long> values)
    {
        ProtobufMessage attribute = Named(name, Integers);
        foreach (long value in values)
            attribute.Add(8, value);

        return attribute;
    }

    /// <summary>Texts.</summary>
    public static ProtobufMessage Of(string name, ReadOnlySpan<string> values)
    {
        ProtobufMessage attribute = Named(name, Texts);
        foreach (string value in values)
            attribute.Add(9, value);

        return attribute;
    }

    private static ProtobufMessage Named(string name, int type)
    {
        ProtobufMessage attribute = new();
        attribute.Add(1, name);
        attribute.Add(20, type);
        return attribute;
    }
}
