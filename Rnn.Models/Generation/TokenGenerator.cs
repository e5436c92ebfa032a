using System;
using System.Threading;
using Rnn.Core.Kernels.RandomNumbers;
using Rnn.Core.Tensors;
using Rnn.Models.Text;

namespace Rnn.Models.Generation;

/// <summary>
/// Writes tokens with a model, one at a time; the state carries on from call to call. The same seed and sampling give the
/// same tokens. One thread at a time uses it; a token allocates nothing.
/// </summary>
/// <typeparam name="TSteps">The model's steps.</typeparam>
public sealed class TokenGenerator<TSteps>
    where TSteps : EncoderSteps
{
    private readonly Tensor _logits;
    private readonly TextSampler _sampler;
    private readonly int[] _token = new int[1];
    private readonly RecentTokens _recent = new();
    private Philox _random;

    /// <summary>A generator that has read nothing, with seed 1 and the model's own distribution.</summary>
    /// <param name="steps">With room for one row. The generator's from now on.</param>
    public TokenGenerator(TSteps steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        Steps = steps;
        _logits = new Tensor(1, steps.Vocabulary);
        _sampler = new TextSampler(steps.Vocabulary);
        Reset();
    }

    /// <summary>The model's steps.</summary>
    public TSteps Steps { get; }

    /// <summary>Begins anew; the buffers are kept.</summary>
    /// <param name="seed">Of what is drawn; 1 by default.</param>
    /// <param name="sampling">How to choose; null (the default) is the model's own distribution.</param>
    public void Reset(ulong seed = 1, SamplingOptions? sampling = null)
    {
        sampling ??= new SamplingOptions();
        _random = new Philox(seed, RandomStreams.Generation);
        _sampler.Options = sampling;
        _recent.Reset(sampling.RepetitionPenalty > 1 ? sampling.RepetitionWindow : 0);
        Clear();
    }

    /// <summary>Forgets all that was read and written; the random numbers go on.</summary>
    public void Clear()
    {
        Steps.Clear();
        _recent.Clear();
    }

    /// <summary>Stands where another one of the same model and sampling stands in its text.</summary>
    public void ContinueFrom(TokenGenerator<TSteps> other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Steps.ContinueFrom(other.Steps);
        _recent.CopyFrom(other._recent);
    }

    /// <summary>Reads a token, as if it had been written.</summary>
    /// <param name="token">0 .. V-1.</param>
    public void Read(int token)
    {
        _token[0] = token;
        Steps.Read(_token);
        _recent.Add(token);
    }

    /// <summary>Reads tokens, as if they had been written.</summary>
    /// <param name="tokens">Each 0 .. V-1.</param>
    /// <param name="cancellation">Asked before each.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Read(ReadOnlySpan<int> tokens, CancellationToken cancellation = default)
    {
        foreach (int token in tokens)
        {
            cancellation.ThrowIfCancellationRequested();
            Read(token);
        }
    }

    /// <summary>Chooses the next token, and reads it.</summary>
    /// <exception cref="InvalidOperationException">Nothing was read yet.</exception>
    public int Next()
    {
        Steps.Logits(_logits.AsMatrix());
        int token = _sampler.Sample(_logits.Span, _recent.Tokens, ref _random);
        Read(token);
        return token;
    }
}
