using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using Xunit;

namespace Rnn.Tests.Infrastructure.Onnx;

/// <summary>One operator of a graph. An attribute is a whole number, a text, or an array of either.</summary>
internal sealed record OnnxNode(string Operation, string[] Inputs, string[] Outputs,
    Dictionary<string, object> Attributes);

/// <summary>
/// An ONNX file, read by the field numbers of onnx.proto. A field that isn't expected is an error: nothing in the file
/// is left unread. Its graph is checked as IR.md demands.
/// </summary>
internal sealed class OnnxFile
{
    public OnnxFile(byte[] bytes)
    {
        List<ProtobufField> model = ProtobufReader.Read(bytes);
        Only(model, 1, 2, 3, 7, 8, 14);
        Assert.Matches(@"^\d+\.\d+\.\d+$", One(model, 3).Text);
        IrVersion = One(model, 1).Value;
        Producer = One(model, 2).Text;
        List<ProtobufField> opset = One(model, 8).Message;
        Only(opset, 2);
        Opset = One(opset, 2).Value;
        foreach (List<ProtobufField> entry in All(model, 14))
        {
            Only(entry, 1, 2);
            Metadata.Add(One(entry, 1).Text, One(entry, 2).Text);
        }

        List<ProtobufField> graph = One(model, 7).Message;
        Only(graph, 1, 2, 5, 11, 12);
        GraphName = One(graph, 2).Text;
        Nodes = [.. All(graph, 1).Select(ReadNode)];
        Initializers = All(graph, 5).Select(ReadTensor).ToDictionary(pair => pair.Name, pair => pair.Tensor);
        Inputs = [.. All(graph, 11).Select(ReadValueInfo)];
        Outputs = [.. All(graph, 12).Select(ReadValueInfo)];
        CheckNames([.. All(graph, 1).Select(node => One(node, 3).Text)]);
    }

    public long IrVersion { get; }

    public long Opset { get; }

    public string Producer { get; }

    public string GraphName { get; }

    public Dictionary<string, string> Metadata { get; } = [];

    public List<OnnxNode> Nodes { get; }

    public Dictionary<string, OnnxTensor> Initializers { get; }

    /// <summary>For instance "x float [steps, batch, 3]".</summary>
    public List<string> Inputs { get; }

    public List<string> Outputs { get; }

    // Every value is made once, and before it is read; every output is made; nodes have names of their own.
    private void CheckNames(string[] nodes)
    {
        Assert.Distinct(nodes);
        HashSet<string> made = [.. Initializers.Keys];
        foreach (string input in Inputs)
            Assert.True(made.Add(NameOf(input)), input);

        foreach (OnnxNode node in Nodes)
        {
            OnnxOperators.Check(node, Opset);
            Assert.All(node.Inputs, name => Assert.True(name == "" || made.Contains(name), name));
            Assert.All(node.Outputs, name => Assert.True(made.Add(name), name));
        }

        Assert.All(Outputs, output => Assert.Contains(NameOf(output), made));
        Assert.Distinct(Outputs.Select(NameOf));
        Assert.All(Inputs, input => Assert.DoesNotContain(NameOf(input), Outputs.Select(NameOf)));
    }

    // Of "x float [steps, batch, 3]".
    public static string NameOf(string value) => value[..value.LastIndexOf(' ', value.IndexOf('[') - 2)];

    private static OnnxNode ReadNode(List<ProtobufField> node)
    {
        Only(node, 1, 2, 3, 4, 5);
        Dictionary<string, object> attributes = [];
        foreach (List<ProtobufField> attribute in All(node, 5))
            attributes.Add(One(attribute, 1).Text, ReadAttribute(attribute));

        return new OnnxNode(One(node, 4).Text, Texts(node, 1), Texts(node, 2), attributes);
    }

    private static object ReadAttribute(List<ProtobufField> attribute)
    {
        (int field, object value) = One(attribute, 20).Value switch
        {
            2 => (3, (object)One(attribute, 3).Value),
            3 => (4, One(attribute, 4).Text),
            7 => (8, attribute.Where(field => field.Number == 8).Select(field => field.Value).ToArray()),
            8 => (9, Texts(attribute, 9)),
            long type => throw new InvalidDataException($"An attribute of type {type}."),
        };
        Only(attribute, 1, field, 20);
        return value;
    }

    private static (string Name, OnnxTensor Tensor) ReadTensor(List<ProtobufField> tensor)
    {
        Only(tensor, 1, 2, 7, 8, 9);
        long[] shape = [.. tensor.Where(field => field.Number == 1).Select(field => field.Value)];
        OnnxElement element = (OnnxElement)One(tensor, 2).Value;
        double[] data = element switch
        {
            OnnxElement.Float => TestNumbers.ToDouble(MemoryMarshal.Cast<byte, float>(One(tensor, 9).Bytes.Span)),
            OnnxElement.Int64 => [.. tensor.Where(field => field.Number == 7).Select(field => (double)field.Value)],
            _ => throw new InvalidDataException($"Type {element}."),
        };
        return OnnxTensor.Count(shape) == data.Length
            ? (One(tensor, 8).Text, new OnnxTensor(shape, data, element))
            : throw new InvalidDataException($"{data.Length} elements for [{string.Join(", ", shape)}].");
    }

    private static string ReadValueInfo(List<ProtobufField> value)
    {
        Only(value, 1, 2);
        List<ProtobufField> typed = One(value, 2).Message;
        Only(typed, 1);
        List<ProtobufField> tensor = One(typed, 1).Message;
        Only(tensor, 1, 2);
        string type = ((OnnxElement)One(tensor, 1).Value).ToString().ToLowerInvariant();
        IEnumerable<string> shape = All(One(tensor, 2).Message, 1).Select(dimension =>
        {
            ProtobufField only = dimension.Single();
            return only.Number == 1 ? $"{only.Value}" : only.Text;
        });
        return $"{One(value, 1).Text} {type} [{string.Join(", ", shape)}]";
    }

    private static void Only(List<ProtobufField> message, params int[] numbers)
    {
        if (message.Find(field => !numbers.Contains(field.Number)) is { } unknown)
            throw new InvalidDataException($"Field {unknown.Number} isn't expected here.");
    }

    private static ProtobufField One(List<ProtobufField> message, int number) =>
        message.Single(field => field.Number == number);

    private static IEnumerable<List<ProtobufField>> All(List<ProtobufField> message, int number) =>
        message.Where(field => field.Number == number).Select(field => field.Message);

    private static string[] Texts(List<ProtobufField> message, int number) =>
        [.. message.Where(field => field.Number == number).Select(field => field.Text)];
}
