using Rnn.Core.Diagnostics;
using Rnn.Core.Kernels.Heads;

namespace Rnn.Core.Heads;

/// <summary>
/// All the scratch of a <see cref="SoftmaxHead"/>, sized once: the logits of at most 448 rows at a time and little
/// else. Made by <see cref="SoftmaxHead.CreateTape"/> and used with that head only; one tape for each thread that runs
/// it.
/// </summary>
public sealed class SoftmaxHeadTape
{
    internal SoftmaxHeadTape(SoftmaxHead head, int maxRows)
    {
        if (maxRows <= 0)
            Throw.NotPositive(nameof(maxRows), maxRows);

        Head = head;
        MaxRows = maxRows;
        Workspace = new SoftmaxHeadWorkspace(head.Vocabulary, head.InputSize, maxRows);
    }

    /// <summary>The most rows that Forward and ForwardBackward take.</summary>
    public int MaxRows { get; }

    /// <summary>The memory that it holds: about 4 * V * min(MaxRows, 448).</summary>
    public long Bytes => Workspace.Bytes;

    internal SoftmaxHead Head { get; }

    internal SoftmaxHeadWorkspace Workspace { get; }
}
