using System.Collections.Generic;

namespace Rnn.Models.Embeddings;

/// <summary>The best of many scores that come in the order of their indices; of equal ones the first.</summary>
internal sealed class BestScores(int count)
{
    // The worst on top: the lowest score, of equal ones the last.
    private readonly PriorityQueue<int, (float Score, int Index)> _queue = new(count, Comparer<(float Score, int Index)>
        .Create((x, y) => x.Score != y.Score ? x.Score.CompareTo(y.Score) : y.Index.CompareTo(x.Index)));

    private float _least = float.NegativeInfinity;

    public bool Wants(float score) => score > _least;

    /// <summary>Takes a score that is wanted.</summary>
    public void Add(float score, int index)
    {
        if (_queue.Count < count)
            _queue.Enqueue(index, (score, index));
        else
            _queue.EnqueueDequeue(index, (score, index));

        if (_queue.Count == count && _queue.TryPeek(out _, out (float Score, int Index) worst))
            _least = worst.Score;
    }

    /// <summary>The best first. Empties it.</summary>
    public (float Score, int Index)[] Sorted()
    {
        (float Score, int Index)[] sorted = new (float, int)[_queue.Count];
        for (int i = sorted.Length - 1; i >= 0; i--)
        {
            _queue.TryDequeue(out _, out (float Score, int Index) worst);
            sorted[i] = worst;
        }

        return sorted;
    }
}
