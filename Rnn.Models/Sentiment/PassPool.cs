using System.Collections.Generic;
using System.Threading;
using Rnn.Core.Layers;
using Rnn.Models.Batching;

namespace Rnn.Models.Sentiment;

/// <summary>The passes of a model that nobody uses at the moment (D48): whoever predicts or explains takes one that is large
/// enough, or makes one.</summary>
internal sealed class PassPool(SentimentModel model, TapeUse use)
{
    private const int Most = 8;
    private const int MostSteps = 1 << 14;   // B*T of those that are kept

    private readonly Lock _gate = new();
    private readonly List<SentimentPass> _idle = [];

    /// <summary>One for batches up to this shape.</summary>
    public SentimentPass Rent(BatchShape shape)
    {
        lock (_gate)
        {
            for (int i = 0; i < _idle.Count; i++)
            {
                BatchShape most = _idle[i].Most;
                if (BatchShape.Max(most, shape) != most)
                    continue;

                SentimentPass pass = _idle[i];
                _idle.RemoveAt(i);
                return pass;
            }
        }

        BatchShape larger = new(Up(shape.Rows), Up(shape.Steps), Up(shape.Targets));
        return new SentimentPass(model, larger.Items <= MostSteps ? larger : shape, use);
    }

    /// <summary>Gives one back; the caller forgets it.</summary>
    public void Return(SentimentPass pass)
    {
        lock (_gate)
        {
            if (pass.Most.Items > MostSteps)
                return;

            if (_idle.Count == Most)
                _idle.RemoveAt(0);   // the oldest, which may be too small for all that comes

            _idle.Add(pass);
        }
    }

    // To a power of two, so that few sizes are made.
    private static int Up(int value) => (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)value);
}
