using System.Collections.Generic;
using System.Threading;

namespace Rnn.Models.CharRnn;

/// <summary>The generators of a model that nobody uses at the moment: buffers of some kilobytes each (D48).</summary>
internal sealed class GeneratorPool
{
    private const int Most = 64;

    private readonly CharRnnModel _model;
    private readonly Lock _gate = new();
    private readonly Stack<CharRnnGenerator> _idle = new();

    public GeneratorPool(CharRnnModel model) => _model = model;

    /// <summary>One that was used before, or a new one; Reset it.</summary>
    public CharRnnGenerator Rent()
    {
        lock (_gate)
        {
            if (_idle.TryPop(out CharRnnGenerator? generator))
                return generator;
        }

        return new CharRnnGenerator(_model);
    }

    /// <summary>Gives one back; the caller forgets it.</summary>
    public void Return(CharRnnGenerator generator)
    {
        lock (_gate)
        {
            if (_idle.Count < Most)
                _idle.Push(generator);
        }
    }
}
