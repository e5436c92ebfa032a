using Rnn.Core.Diagnostics;
using Rnn.Core.Parameters;

namespace Rnn.Core.Layers;

/// <summary>
/// Where a tape stands, and which parameters, at which version, Forward read: Backward refuses others (design decision
/// D25), and a second Backward (D6).
/// </summary>
internal struct TapeStamp
{
    private ParameterBuffer? _parameters;
    private long _version;
    private Stage _stage;

    private enum Stage
    {
        Empty,
        Recorded,
        Consumed,
    }

    /// <summary>Whether it holds a Forward, consumed or not.</summary>
    public readonly bool HasForward => _stage != Stage.Empty;

    /// <summary>Forward begins; until it has ended there is nothing on the tape.</summary>
    public void Begin(ParameterBuffer p)
    {
        (_parameters, _version) = (p, p.Version);
        _stage = Stage.Empty;
    }

    /// <summary>Forward has come to its end.</summary>
    public void Record() => _stage = Stage.Recorded;

    /// <summary>Backward has checked its arguments and begins: it leaves nothing for another.</summary>
    public void Consume() => _stage = Stage.Consumed;

    /// <summary>Backward must find what it needs.</summary>
    public readonly void Check(string layer, TapeUse use, ParameterBuffer p, GradientBuffer g)
    {
        if (use != TapeUse.Training)
            Throw.TapeForInference(layer);

        if (_stage != Stage.Recorded)
            Throw.TapeNotRecorded(_stage.ToString());

        if (!ReferenceEquals(_parameters, p) || _version != p.Version)
            Throw.ParametersChanged(layer);

        if (!ReferenceEquals(p.Layout, g.Layout))
            Throw.OtherLayoutsGradients(layer);
    }
}
