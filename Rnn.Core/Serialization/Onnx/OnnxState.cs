using System.Collections.Generic;

namespace Rnn.Core.Serialization.Onnx;

/// <summary>
/// One part of the state, h or c: an input [cells, B, H] that is cut into [D, B, H] for each level that has this part,
/// and an output that is put together from theirs. A single level takes and gives the whole.
/// </summary>
internal sealed class OnnxState
{
    private readonly OnnxGraph _graph;
    private readonly string _before;
    private readonly string _after;
    private readonly string _batch;
    private readonly List<OnnxLevel> _levels;

    /// <summary>Adds the input and what cuts it; nothing if there are no levels.</summary>
    /// <param name="graph">Receives them.</param>
    /// <param name="before">The input's name.</param>
    /// <param name="after">The output's name.</param>
    /// <param name="batch">The symbol of B.</param>
    /// <param name="levels">Those that have this part.</param>
    public OnnxState(OnnxGraph graph, string before, string after, string batch, List<OnnxLevel> levels)
    {
        (_graph, _before, _after, _batch, _levels) = (graph, before, after, batch, levels);
        if (levels.Count > 0)
            graph.Input(before, OnnxType.Float, Cells, batch, levels[0].HiddenSize);

        if (levels.Count > 1)
        {
            long[] sizes = [.. levels.ConvertAll(level => (long)level.Directions)];
            string split = graph.Integers($"{before}.sizes", [levels.Count], sizes);
            graph.Node("Split", [before, split], [.. levels.ConvertAll(Before)], OnnxAttribute.Of("axis", 0));
        }
    }

    private int Cells
    {
        get
        {
            int cells = 0;
            _levels.ForEach(level => cells += level.Directions);
            return cells;
        }
    }

    /// <summary>The name of a level's part of the input.</summary>
    public string Before(OnnxLevel level) => Part(_before, level);

    /// <summary>The name of a level's part of the output.</summary>
    public string After(OnnxLevel level) => Part(_after, level);

    /// <summary>Adds the output, once every level has given its part.</summary>
    public void Join()
    {
        if (_levels.Count > 1)
            _graph.Node("Concat", [.. _levels.ConvertAll(After)], [_after], OnnxAttribute.Of("axis", 0));

        if (_levels.Count > 0)
            _graph.Output(_after, OnnxType.Float, Cells, _batch, _levels[0].HiddenSize);
    }

    private string Part(string name, OnnxLevel level) =>
        _levels.Count == 1 ? name : $"{name}.{_levels.IndexOf(level)}";
}
