using Rnn.Core.Kernels.Heads;
using Rnn.Core.Layers;

namespace Rnn.Core.Heads;

/// <summary>
/// All the scratch of a <see cref="SoftmaxHead"/>, sized once: the logits of at most 896 rows at a time and little
/// else. Made by <see cref="SoftmaxHead.CreateTape"/> and used with that head only; one tape for each thread that runs
/// it.
/// </summary>
public sealed class SoftmaxHeadTape : VocabularyHeadTape
{
    internal SoftmaxHeadTape(SoftmaxHead head, int maxRows, TapeUse use)
        : base(head, maxRows, use) =>
        Workspace = new SoftmaxHeadWorkspace(head.Vocabulary, head.InputSize, maxRows,
            smooths: use == TapeUse.Training && head.LabelSmoothing > 0);

    /// <summary>A tape in memory that several heads use one after another.</summary>
    internal SoftmaxHeadTape(SoftmaxHead head, int maxRows, TapeUse use, SoftmaxHeadWorkspace shared)
        : base(head, maxRows, use) => Workspace = new SoftmaxHeadWorkspace(shared, head.Vocabulary, head.InputSize);

    /// <summary>The memory that it holds: about 4 * V * min(MaxRows, 896).</summary>
    public override long Bytes => Workspace.Bytes;

    internal SoftmaxHeadWorkspace Workspace { get; }
}
