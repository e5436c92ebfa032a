namespace Rnn.Core.Serialization.Onnx;

/// <summary>
/// One value in an <see cref="OnnxNetwork"/>: an input, or what a layer gives; the input of further layers, or an
/// output.
/// </summary>
public sealed class OnnxValue
{
    internal OnnxValue(OnnxGraph graph, string name, OnnxShape shape, bool isNamed)
    {
        Graph = graph;
        Name = name;
        Shape = shape;
        IsNamed = isNamed;
    }

    /// <summary>The graph that it belongs to.</summary>
    internal OnnxGraph Graph { get; }

    /// <summary>Its name in the file.</summary>
    internal string Name { get; private set; }

    /// <summary>Whether the name was asked for, and may not change.</summary>
    internal bool IsNamed { get; private set; }

    /// <summary>Its type and dimensions.</summary>
    internal OnnxShape Shape { get; }

    /// <summary>Name, type and shape, as in <c>y float [steps, batch, 5]</c>.</summary>
    public override string ToString() => $"{Name} {Shape}";

    /// <summary>Gives it the name that was asked for.</summary>
    internal void Rename(string name) => (Name, IsNamed) = (name, true);
}
