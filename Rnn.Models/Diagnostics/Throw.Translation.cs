using System;
using System.Diagnostics.CodeAnalysis;
using Rnn.Core.Layers.Attention;

namespace Rnn.Models.Diagnostics;

/// <content>Translation.</content>
internal static partial class Throw
{
    [DoesNotReturn]
    public static void SourceLength(string name, int? index, int tokens, int most)
    {
        string what = index is { } i ? $"{name}[{i}]" : name;
        throw new ArgumentException(tokens == 0
            ? $"{what} has no word; expected 1 to {most} tokens."
            : $"{what} has {tokens} tokens; the model was made for 1 to {most} (MaxTokens). Divide the text.", name);
    }

    [DoesNotReturn]
    public static void ScoreOfOtherSizes(string what, AttentionScore score) =>
        throw new ArgumentException($"{what} is {score}; expected General or Additive where the encoder is bidirectional, since its "
            + "states are twice as long as the decoder's. Or read in one direction.", what);

    [DoesNotReturn]
    public static void OtherTokenizer(string what) =>
        throw new ArgumentException($"{what} has another tokenizer than the options say; expected the same.", what);

    [DoesNotReturn]
    public static void NothingFrozen(string what) =>
        throw new ArgumentException($"{what} is true; expected false: a translation model begins with no vectors of others.", what);

    [DoesNotReturn]
    public static void PairLength(string name, int index, int source, int target, int most) =>
        throw new ArgumentException(
            $"{name}[{index}] has {source} and {target} tokens; expected 1 to {most} (MaxTokens) on either side. Leave such "
            + "pairs out (Fitting), or raise MaxTokens.", name);
}
